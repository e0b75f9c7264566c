"""The canonical name of a call of a library in, the kind of what it gives out, where that is a fact of the library."""

from __future__ import annotations

from readiness.model import PieceKind

FRAPPE_NUMBERS = frozenset(
    {
        "cint", "flt", "getdate", "nowdate", "today", "now", "now_datetime", "get_datetime", "add_days", "add_months", "add_years",
        "add_to_date", "get_first_day", "get_last_day", "date_diff", "month_diff", "get_quarter_start", "get_year_start",
        "time_diff_in_seconds", "time_diff_in_hours", "get_timestamp", "get_time", "get_year_ending",
    }
)  # fmt: skip
"""Functions of `frappe.utils` that give numbers and dates, whatever they are handed (Frappe 15)."""
LUIGI_NUMBERS = frozenset(
    {
        "IntParameter", "FloatParameter", "BoolParameter", "DateParameter", "MonthParameter", "YearParameter", "DateHourParameter",
        "DateMinuteParameter", "DateSecondParameter", "DateIntervalParameter", "TimeDeltaParameter", "NumericalParameter",
    }
)  # fmt: skip
LUIGI_CHOICES = frozenset({"ChoiceParameter", "EnumParameter", "ChoiceListParameter", "EnumListParameter"})
"""Parameters of luigi's tasks by what they parse (luigi 3.6); the others are text of whoever starts the task."""

ODOO = frozenset({"odoo", "openerp"})
ATTRIBUTES = {
    **dict.fromkeys(("_table", "_rec_name", "_parent_name", "_sequence", "_log_access"), (PieceKind.VALIDATED, ODOO)),
    **dict.fromkeys(("id", "ids", "_origin_id", "_uid", "uid"), (PieceKind.NUMBER, ODOO)),
    "doctype": (PieceKind.VALIDATED, frozenset({"frappe"})),
}
"""Attributes of all objects of a framework that are names of its own or keys, with its packages (Odoo 18, Frappe 15)."""


def kind_by_library(name: str) -> PieceKind | None:
    """What a call gives by its name alone; None where that says nothing."""
    tail = name.rpartition(".")[2]
    if name.startswith("luigi.") and tail.endswith("Parameter"):
        if tail in LUIGI_NUMBERS:
            return PieceKind.NUMBER
        return PieceKind.VALIDATED if tail in LUIGI_CHOICES else PieceKind.CONFIGURED
    return PieceKind.NUMBER if name.startswith("frappe.utils.") and tail in FRAPPE_NUMBERS else None
