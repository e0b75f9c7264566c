"""A version of readiness in; the files and lines by which pipelines and hooks run it, out.

Until readiness has a public address, the command is installed from the index; the actions are those that action.yml uses, and
the lines for other pipelines those of docs/ci.md.
"""

from __future__ import annotations

from readiness.model.diagnosis import Snippet

WORKFLOW = ".github/workflows/readiness.yml"

_GITHUB = """\
# Judges each pull request by what it changes, and the main branch as a whole.
name: readiness

on:
  pull_request:
  push:
    branches: ["{branch}"]

permissions: {{}}

concurrency:
  group: readiness-${{{{ github.ref }}}}
  cancel-in-progress: true

jobs:
  readiness:
    name: readiness
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          fetch-depth: 0 # a change is held against the commit that it began from
          persist-credentials: false
      - uses: actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0
        with:
          python-version: "3.13"
      - name: Install readiness
        run: |
          python -m venv "$RUNNER_TEMP/readiness"
          "$RUNNER_TEMP/readiness/bin/pip" install --quiet readiness=={version}
      # Coverage and test results count when the tests run here, before the next steps:
      # {tests}
      - name: Judge the change
        if: github.event_name == 'pull_request'
        env:
          BASE: ${{{{ github.event.pull_request.base.sha }}}}
        run: |
          "$RUNNER_TEMP/readiness/bin/readiness" check --since "$BASE" --format github --output markdown="$GITHUB_STEP_SUMMARY"
      - name: Judge all of it
        if: github.event_name != 'pull_request'
        run: |
          "$RUNNER_TEMP/readiness/bin/readiness" check --format github --output markdown="$GITHUB_STEP_SUMMARY"
"""
_GITLAB = """\
readiness:
  image: python:3.13-slim
  variables:
    GIT_DEPTH: "0" # the whole history: a change is held against the commit that it began from
    READINESS_CACHE_DIR: $CI_PROJECT_DIR/.cache/readiness
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  cache:
    key: readiness
    paths: [.cache/readiness]
  before_script:
    - apt-get update -qq && apt-get install -qq --no-install-recommends git
    - pip install --quiet readiness=={version}
  script:
    - >-
      readiness check ${{CI_MERGE_REQUEST_DIFF_BASE_SHA:+"--since=$CI_MERGE_REQUEST_DIFF_BASE_SHA"}}
      --output gitlab=gl-code-quality-report.json --output junit=readiness.xml --output markdown=readiness.md
  artifacts:
    when: always
    paths: [readiness.md]
    reports:
      codequality: gl-code-quality-report.json
      junit: readiness.xml
"""
_JENKINS = """\
stage('readiness') {{
  steps {{
    sh '''
      python -m venv "$WORKSPACE_TMP/readiness"
      "$WORKSPACE_TMP/readiness/bin/pip" install --quiet readiness=={version}
      mkdir -p "$WORKSPACE_TMP/reports"
      set -- --output "junit=$WORKSPACE_TMP/reports/readiness.xml" --output "sarif=$WORKSPACE_TMP/reports/readiness.sarif"
      if [ -n "${{CHANGE_TARGET:-}}" ]; then
        set -- "$@" "--since=origin/$CHANGE_TARGET"
      fi
      "$WORKSPACE_TMP/readiness/bin/readiness" check "$@"
    '''
  }}
  post {{
    always {{
      dir("${{env.WORKSPACE_TMP}}/reports") {{
        junit testResults: 'readiness.xml', skipPublishingChecks: true
        recordIssues tools: [sarif(pattern: 'readiness.sarif')]
      }}
    }}
  }}
}}
"""
_AZURE = """\
- checkout: self
  fetchDepth: "0"
  persistCredentials: "false"
- task: UsePythonVersion@0
  inputs:
    versionSpec: "3.13"
- bash: |
    python -m venv "$AGENT_TEMPDIRECTORY/readiness"
    "$AGENT_TEMPDIRECTORY/readiness/bin/pip" install --quiet readiness=={version}
    set -- --output "junit=$AGENT_TEMPDIRECTORY/readiness.xml" --output "markdown=$AGENT_TEMPDIRECTORY/readiness.md"
    if [ -n "${{SYSTEM_PULLREQUEST_TARGETBRANCH:-}}" ]; then
      set -- "$@" "--since=origin/${{SYSTEM_PULLREQUEST_TARGETBRANCH#refs/heads/}}"
    fi
    "$AGENT_TEMPDIRECTORY/readiness/bin/readiness" check "$@" || code=$?
    if [ -f "$AGENT_TEMPDIRECTORY/readiness.md" ]; then
      echo "##vso[task.uploadsummary]$AGENT_TEMPDIRECTORY/readiness.md"
    fi
    exit "${{code:-0}}"
  displayName: readiness
- task: PublishTestResults@2
  condition: succeededOrFailed()
  inputs:
    testResultsFormat: JUnit
    testResultsFiles: $(Agent.TempDirectory)/readiness.xml
    testRunTitle: readiness
"""
_SHELL = """\
pip install readiness=={version}
readiness check
"""
_HOOK = """\
  - repo: local
    hooks:
      - id: readiness
        name: readiness
        entry: readiness check --staged
        language: python
        additional_dependencies: [readiness=={version}]
        types_or: [python, yaml, json, toml, dockerfile, graphql]
        pass_filenames: false
        require_serial: true
"""


def github(version: str, branch: str, tests: str) -> str:
    """The workflow. `tests` is the command that leaves evidence behind."""
    return _GITHUB.format(version=version, branch=branch, tests=tests)


def pipeline(name: str, path: str, version: str) -> Snippet:
    """The lines for a pipeline that is not GitHub's: its name, and its file where there is one."""
    if name == "GitLab CI":
        return Snippet(path or ".gitlab-ci.yml", _GITLAB.format(version=version))
    if name == "Jenkins":
        return Snippet(f"{path or 'Jenkinsfile'}, among the stages", _JENKINS.format(version=version))
    if name == "Azure Pipelines":
        return Snippet(f"{path or 'azure-pipelines.yml'}, among the steps", _AZURE.format(version=version))
    if path:
        return Snippet(f"{path}, in a job that has the whole history", _SHELL.format(version=version))
    return Snippet("your pipeline, after a checkout of the whole history", _SHELL.format(version=version))


def hooks(version: str) -> str:
    """A configuration of pre-commit that holds the hook alone."""
    return f"# Judges what is staged before it is committed, once `pre-commit install` was run.\nrepos:\n{hook('', version).text}"


def hook(path: str, version: str) -> Snippet:
    """The lines for a configuration of pre-commit."""
    return Snippet(f"{path}, in the list below repos:", _HOOK.format(version=version))
