"""boto3 and botocore: bounded by themselves, a minute for connecting and one for reading."""

from readiness.libraries.outbound.vocabulary import Api, Client, Default, Kind

BOUNDED = (Default(bounded=True, text="60 s for connecting and 60 s for reading", read_in="botocore 1.44.5"),)
NAMES = frozenset(
    {
        "boto3.client",
        "boto3.resource",
        "boto3.Session.client",
        "boto3.Session.resource",
        "boto3.session.Session.client",
        "boto3.session.Session.resource",
        "botocore.session.Session.create_client",
    }
)

CLIENT = Client(
    distribution="boto3",
    packages=("boto3", "botocore"),
    apis=(Api(names=NAMES, kind=Kind.CLIENT, defaults=BOUNDED, keywords=("config",)),),
    results={"botocore.session.get_session": "botocore.session.Session"},
)
