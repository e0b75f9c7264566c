"""Calls that start programs: what a shell reads, and which program is started.

Source: the library reference of Python 3.13 (`subprocess`, `os`, `asyncio`), paramiko 4.0, Fabric 3.2, Invoke 2.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from readiness.libraries.sinks.vocabulary import Api, Family, Site, methods
from readiness.libraries.values.expressions import keyword
from readiness.model import Reach, Resolution, Sink, SinkKind
from readiness.model.summary import Constant, Sequence, Value

if TYPE_CHECKING:
    from readiness.libraries.sinks.asking import Asking

COMMAND = SinkKind.COMMAND
SHELL = frozenset(
    {
        "os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput", "asyncio.create_subprocess_shell",
        "commands.getoutput", "commands.getstatusoutput", "popen2.popen2", "pexpect.run", "anyio.run_process",
    }
)  # fmt: skip
"""A shell reads their text."""
EITHER = frozenset({"anyio.run_process", "pexpect.run"})
"""A shell reads what is given to them as text, none what is given as a list."""
REMOTE = frozenset(
    {
        "paramiko.SSHClient.exec_command", "paramiko.client.SSHClient.exec_command", "paramiko.Channel.exec_command",
        "fabric.Connection.run", "fabric.Connection.sudo", "fabric.Connection.local", "invoke.run", "invoke.Context.run",
        "invoke.context.Context.run", "invoke.Context.sudo", "asyncssh.SSHClientConnection.run",
    }
)  # fmt: skip
"""A shell on this or another machine reads their text."""
PROGRAMS = frozenset(
    {
        "subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.check_output", "subprocess.Popen",
        "subprocess32.Popen", "eventlet.green.subprocess.Popen", "gevent.subprocess.Popen",
    }
)  # fmt: skip
EXECUTED = frozenset(
    {
        "os.execl", "os.execle", "os.execlp", "os.execlpe", "os.execv", "os.execve", "os.execvp", "os.execvpe",
        "os.startfile", "os.posix_spawn", "os.posix_spawnp", "asyncio.create_subprocess_exec",
    }
)  # fmt: skip
SPAWNED = frozenset(
    {"os.spawnl", "os.spawnle", "os.spawnlp", "os.spawnlpe", "os.spawnv", "os.spawnve", "os.spawnvp", "os.spawnvpe"}
)
SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ksh", "cmd", "cmd.exe", "powershell", "pwsh"})
RESULTS = {
    "paramiko.SSHClient.__enter__": "paramiko.SSHClient",
    "fabric.Connection.__enter__": "fabric.Connection",
}


def judge(asking: Asking, site: Site) -> Sink | None:
    """The fact of a call that starts a program."""
    value = asking.argument(site)
    if value is None:
        return None
    text = not isinstance(value, Sequence) and not asking.built_as_list(site, value)
    if site.name in REMOTE or (site.name in SHELL and (text or site.name not in EITHER)):
        return asking.judged(site, value, always=True, detail="a shell reads it")
    if site.name in PROGRAMS:
        shell = keyword(site.call, "shell")
        if shell is not None:
            return _maybe_shell(asking, site, value, shell)
    inner = _given_to_shell(value)
    if inner is not None:
        return asking.judged(site, inner, always=True, detail="a shell reads it")
    return _program(asking, site, value)


def _maybe_shell(asking: Asking, site: Site, value: Value, shell: Value) -> Sink | None:
    """`subprocess.run(text, shell=...)`."""
    switch = asking.project.constant(site.path, shell, site.call.scope, site.call.line)
    if isinstance(switch, bool | int | None) and not switch:
        return _program(asking, site, value)
    if isinstance(value, Sequence) and value.items:
        # With a list only the first item is read by the shell, the others are its arguments.
        value = value.items[0]
    found = asking.judged(site, value, always=True, detail="shell=True")
    if found is None or isinstance(switch, bool | int) or found.reach in (Reach.FIXED, Reach.SETTING, Reach.GUARDED):
        return found
    answer = asking.ask(site, value)
    return asking.sink(
        site,
        found.reach,
        answer,
        piece=found.piece,
        detail="a shell where `shell` says so",
        resolution=Resolution.UNRESOLVED,
    )


def _given_to_shell(value: Value) -> Value | None:
    """The text in `["bash", "-c", text]`."""
    if not isinstance(value, Sequence) or len(value.items) < 3:
        return None
    program, switch, text = value.items[:3]
    if not isinstance(program, Constant) or not isinstance(switch, Constant):
        return None
    named = str(program.value).rpartition("/")[2].lower()
    flag = str(switch.value)
    reads = flag.startswith(("-", "/")) and flag.lower().lstrip("-/").endswith(("c", "command"))
    return text if named in SHELLS and reads else None


def _program(asking: Asking, site: Site, value: Value) -> Sink | None:
    """Without a shell only the program itself is dangerous to choose."""
    if not asking.can_be_sent(site, value):
        return None
    if isinstance(value, Sequence):
        first = value.items[0] if value.items else Constant("")
        program = asking.ask(site, first)
        if program.sent:
            return asking.of_answer(site, first, program, always=False, detail="it names the program")
        for each in value.items[1:]:
            argument = asking.ask(site, each)
            if argument.sent:
                return asking.sink(site, Reach.PARTLY, argument, piece=argument.sent[0], detail="no shell reads it")
        return None
    answer = asking.ask(site, value)
    begins = [way[0] for way in answer.text.alternatives if way]
    if not answer.sent:
        return None
    if any(piece in answer.sent for piece in begins) and not asking.built_as_list(site, value):
        return asking.of_answer(site, value, answer, always=False, detail="it names the program")
    return asking.sink(site, Reach.PARTLY, answer, piece=answer.sent[0], detail="no shell reads it")


FAMILY = Family(
    apis={
        **dict.fromkeys(SHELL, Api(COMMAND, 0, ("cmd", "command"))),
        **dict.fromkeys(REMOTE, Api(COMMAND, 0, ("command",))),
        **dict.fromkeys(PROGRAMS, Api(COMMAND, 0, ("args",))),
        **methods(tuple(PROGRAMS & {"subprocess.Popen"}), ("__init__",), Api(COMMAND, 0, ("args",))),
        **dict.fromkeys(EXECUTED, Api(COMMAND, 0, ("path", "file", "program"))),
        **dict.fromkeys(SPAWNED, Api(COMMAND, 1, ("path", "file"))),
    },
    judge=judge,
    results=RESULTS,
)
