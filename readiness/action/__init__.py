"""Environment and files of a GitHub runner in; one run of the command, and what GitHub shows of it, out.

The steps of `action.yml` come here one by one: `python -m readiness.action prepare`, `scan`, `tell`, `enforce`. Only `prepare`
and `tell` are given a token; the step that reads the repository has none.
"""
