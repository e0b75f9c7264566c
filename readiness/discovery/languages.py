"""A file's name in; the language of its content out.

A language is named once here for every reader: code that a front end summarises, code that nobody reads yet (the report
names it), and data that other readers ask for (`toml`, `yaml`, `dockerfile`, ...).
"""

from __future__ import annotations

import re

_CODE_SUFFIXES = {
    "c": ("c", "h"),
    "clojure": ("clj", "cljc"),
    "cpp": ("cc", "cpp", "cxx", "hh", "hpp", "hxx"),
    "crystal": ("cr",),
    "csharp": ("cs",),
    "cython": ("pyx", "pxd"),
    "dart": ("dart",),
    "elixir": ("ex", "exs"),
    "erlang": ("erl",),
    "fsharp": ("fs",),
    "gleam": ("gleam",),
    "go": ("go",),
    "groovy": ("groovy",),
    "haskell": ("hs",),
    "java": ("java",),
    "javascript": ("js", "jsx", "mjs", "cjs", "vue", "svelte"),
    "julia": ("jl",),
    "kotlin": ("kt", "kts"),
    "lua": ("lua",),
    "nim": ("nim",),
    "ocaml": ("ml", "mli"),
    "perl": ("pl", "pm"),
    "php": ("php",),
    "python": ("py", "pyw"),
    "ruby": ("rb", "rake"),
    "rust": ("rs",),
    "scala": ("scala",),
    "swift": ("swift",),
    "typescript": ("ts", "tsx", "mts", "cts"),
    "visual-basic": ("vb",),
    "zig": ("zig",),
}

_DATA_SUFFIXES = {
    "css": ("css", "scss", "sass", "less"),
    "csv": ("csv", "tsv"),
    "dockerfile": ("dockerfile", "containerfile"),
    "dotenv": ("env",),
    "graphql": ("graphql", "gql", "graphqls"),
    "hcl": ("tf", "tfvars", "hcl"),
    "html": ("html", "htm", "jinja", "jinja2", "j2"),
    "ini": ("ini", "cfg", "conf", "properties"),
    "json": ("json", "jsonc", "json5", "sarif", "har"),
    "lcov": ("lcov",),
    "markdown": ("md", "markdown", "mdx"),
    "notebook": ("ipynb",),
    "protobuf": ("proto",),
    # A stub repeats the signatures of a module that is there, or of another distribution: nothing in it runs.
    "python-stub": ("pyi",),
    "restructured-text": ("rst",),
    "shell": ("sh", "bash", "zsh", "fish", "ps1", "bat", "cmd"),
    "sql": ("sql",),
    "text": ("txt", "text", "adoc", "asciidoc", "in"),
    "toml": ("toml",),
    "xml": ("xml", "xsd", "jmx", "csproj"),
    "yaml": ("yaml", "yml"),
}

_NAMES = {
    ".bandit": "yaml",
    ".coverage": "coverage",
    ".coveragerc": "ini",
    ".dockerignore": "text",
    ".editorconfig": "ini",
    ".env": "dotenv",
    ".flake8": "ini",
    ".gitattributes": "text",
    ".gitignore": "text",
    ".pylintrc": "ini",
    "caddyfile": "text",
    "changelog": "text",
    "codeowners": "text",
    "containerfile": "dockerfile",
    "contributing": "text",
    "dockerfile": "dockerfile",
    "gemfile": "ruby",
    "jenkinsfile": "groovy",
    "justfile": "makefile",
    "lcov.info": "lcov",
    "license": "text",
    "makefile": "makefile",
    "pdm.lock": "toml",
    "pipfile": "toml",
    "pipfile.lock": "json",
    "poetry.lock": "toml",
    "procfile": "text",
    "pylock.toml": "toml",
    "rakefile": "ruby",
    "readme": "text",
    "uv.lock": "toml",
    "vagrantfile": "ruby",
}

_BY_SUFFIX = {
    suffix: language
    for table in (_CODE_SUFFIXES, _DATA_SUFFIXES)
    for language, all_ in table.items()
    for suffix in all_
}

CODE = frozenset(_CODE_SUFFIXES)
"""Programming languages. A file of one that no front end reads leaves what depends on it open."""

_DOCKERFILE = re.compile(r"(?:docker|container)file(?:\.[^.]+|[-_.].*?(?:\.(?P<suffix>[^.]+))?)")
"""`Dockerfile.dev`, `Dockerfile-base`; what has a suffix of its own behind a longer name is tested for that."""

_INTERPRETERS = (b"python", b"pypy", b"uv run")


def language_of(name: str) -> str:
    """The language that a file's name gives away; empty where it says nothing.

    Data of coverage.py is `coverage`, whatever stands behind `.coverage.`; `Dockerfile.dev`, `Dockerfile-base` and `.env.example`
    go by their first part.
    """
    name = name.lower()
    known = _NAMES.get(name)
    if known is not None:
        return known
    docker = _DOCKERFILE.fullmatch(name)
    if docker and not name.endswith((".md", ".dockerignore", ".py")) and docker["suffix"] not in _BY_SUFFIX:
        return "dockerfile"
    if name.startswith(".env."):
        return "dotenv"
    if name.startswith(".coverage."):
        return "coverage"
    stem, dot, suffix = name.rpartition(".")
    return _BY_SUFFIX.get(suffix, "") if dot and stem else ""


def script_language(start: bytes) -> str:
    """The language of a file without a suffix, by the interpreter on its first line: `python`, or empty."""
    if not start.startswith(b"#!"):
        return ""
    first = start.split(b"\n", 1)[0][:200]
    program = b" ".join(word.rpartition(b"/")[2] for word in first[2:].split())
    return "python" if any(name in program for name in _INTERPRETERS) else ""
