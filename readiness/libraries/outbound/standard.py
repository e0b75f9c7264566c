"""The standard library's clients: all of them wait for ever unless they are told otherwise, here or for all sockets."""

from readiness.libraries.outbound.vocabulary import Api, Client, Default, Kind

NONE = (Default(bounded=False, text="", read_in="Python 3.11: socket.getdefaulttimeout() is None"),)


def _made(*names: str, position: int) -> Api:
    return Api(names=frozenset(names), kind=Kind.CLIENT, defaults=NONE, position=position, socket=True)


CLIENT = Client(
    distribution="python",
    packages=("urllib", "http", "smtplib", "ftplib", "imaplib", "poplib", "telnetlib", "nntplib"),
    apis=(
        Api(
            names=frozenset({"urllib.request.urlopen", "urllib.request.OpenerDirector.open"}),
            kind=Kind.CALL,
            defaults=NONE,
            position=2,
            socket=True,
        ),
        Api(names=frozenset({"urllib.request.urlretrieve"}), kind=Kind.CALL, defaults=NONE, keywords=(), socket=True),
        _made("http.client.HTTPConnection", position=2),
        _made("http.client.HTTPSConnection", position=-1),
        _made("smtplib.SMTP", "smtplib.LMTP", position=3),
        _made("smtplib.SMTP_SSL", position=-1),
        _made("ftplib.FTP", position=4),
        _made("ftplib.FTP_TLS", position=-1),
        _made("imaplib.IMAP4", "poplib.POP3", "telnetlib.Telnet", position=2),
        _made("imaplib.IMAP4_SSL", "poplib.POP3_SSL", position=-1),
    ),
    results={
        "urllib.request.build_opener": "urllib.request.OpenerDirector",
        "smtplib.SMTP.__enter__": "smtplib.SMTP",
    },
)
