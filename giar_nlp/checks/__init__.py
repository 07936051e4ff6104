"""Checks a report, or a set of reports, and says what is wrong, where, and by which rule.

`Checker` runs the checks that one report decides, `ReportSet` those that take several. Each check is a
function of the tables at the foot of this module; its rule, its severity, its messages and the language
that it looks for stand in the scheme's `checks/`.

What a check finds is a `Finding`; a check that finds nothing has passed, and one that could not be made
says so with the status ``not_assessable``.

Source: domain.md 6.
"""

from collections.abc import Callable, Iterator

from giar_nlp.checks.across import ReportSet
from giar_nlp.checks.agencies import (
    check_foreign_name,
    check_licence_scope,
    check_rules_by_bureau,
    check_zero_agency,
)
from giar_nlp.checks.cells import (
    check_amount_procurement,
    check_amount_unit,
    check_balance,
    check_blank,
    check_block_total,
    check_decisions_misread,
    check_label_variant,
    check_negative_or_fraction,
    check_result_total,
    check_row_total,
    check_unit_text,
)
from giar_nlp.checks.comparisons import COMPARISONS
from giar_nlp.checks.foreign import check_table_foreign
from giar_nlp.checks.narrative import (
    check_assessment_missing,
    check_contact,
    check_measure_in_problems,
    check_no_prior_followup,
    check_overview_elements,
    check_parts_claimed,
    check_problems_absent,
    check_problems_generic,
)
from giar_nlp.checks.numbering import check_enumeration_gap, check_heading_number
from giar_nlp.checks.rates import check_growth, check_percent, check_rate_bounds
from giar_nlp.checks.ready import ReadyCheck
from giar_nlp.checks.structure import (
    check_section_empty,
    check_section_missing,
    check_section_order,
    check_table_incomplete,
    check_table_missing,
)
from giar_nlp.checks.sums import (
    check_category_total,
    check_channel_total,
    check_repeat_conflict,
    check_subset_exceeds,
    check_training_attendance,
    check_unit_mixed,
)
from giar_nlp.checks.text_tables import (
    check_fee_vs_section6,
    check_finished_vs_carry,
    check_normative_vs_table,
    check_outcome_vs_table,
    check_requests_vs_table,
    check_review_vs_table,
    check_zero_vs_table,
)
from giar_nlp.checks.view import Tools, View
from giar_nlp.checks.wording import (
    check_dup_word,
    check_punctuation,
    check_residue,
    check_template_leftover,
    check_within_report,
)
from giar_nlp.checks.years import (
    check_basis_outdated,
    check_overview_year,
    check_period_bounds,
    check_period_vs_title,
    check_regime_vs_year,
    check_signoff_before_end,
    check_signoff_late,
    check_stale_year,
    check_title_defect,
)
from giar_nlp.scheme import Language, Scheme
from giar_nlp.types import Finding, Report

__all__ = ["CHECKS", "COMPARISONS", "Checker", "ReportSet"]

CheckFunction = Callable[[View, ReadyCheck], Iterator[Finding]]


class Checker:
    """Runs the checks of a scheme over reports, with messages in one language.

    What it makes of a report depends on that report alone.
    """

    def __init__(self, scheme: Scheme, *, language: Language = "en") -> None:
        known = scheme.checks()
        self.tools = Tools(scheme)
        self._checks = [
            (check, ReadyCheck(known[name], scheme, language))
            for name, check in CHECKS.items()
            if name in known
        ]

    def check(self, report: Report, folded: str | None = None) -> tuple[Finding, ...]:
        """The findings of one report, in the order of the checks and, within one, of the text.

        `folded` is the report's text, folded, if it is at hand.
        """
        view = View(report, self.tools, folded)
        findings: dict[str, Finding] = {}
        for check, ready in self._checks:
            for finding in check(view, ready):
                findings.setdefault(finding.id, finding)
        return tuple(findings.values())


CHECKS: dict[str, CheckFunction] = {
    "struct.section_missing": check_section_missing,
    "struct.section_order": check_section_order,
    "struct.heading_number": check_heading_number,
    "struct.section_empty": check_section_empty,
    "struct.table_missing": check_table_missing,
    "struct.table_incomplete": check_table_incomplete,
    "struct.table_foreign": check_table_foreign,
    "struct.enumeration_gap": check_enumeration_gap,
    "struct.residue": check_residue,
    "format.regime_vs_year": check_regime_vs_year,
    "format.basis_outdated": check_basis_outdated,
    "format.title_defect": check_title_defect,
    "time.period_vs_title": check_period_vs_title,
    "time.overview_year": check_overview_year,
    "time.period_bounds": check_period_bounds,
    "time.signoff_late": check_signoff_late,
    "time.signoff_before_end": check_signoff_before_end,
    "req.balance": check_balance,
    "req.result_total": check_result_total,
    "req.row_total": check_row_total,
    "rev.block_total": check_block_total,
    "cell.negative_or_fraction": check_negative_or_fraction,
    "cell.blank": check_blank,
    "cell.unit_text": check_unit_text,
    "cell.decisions_misread": check_decisions_misread,
    "cell.label_variant": check_label_variant,
    "cell.amount_unit": check_amount_unit,
    "cell.amount_procurement": check_amount_procurement,
    "xyear.stale_year": check_stale_year,
    "text.requests_vs_table": check_requests_vs_table,
    "text.zero_vs_table": check_zero_vs_table,
    "text.review_vs_table": check_review_vs_table,
    "text.outcome_vs_table": check_outcome_vs_table,
    "text.finished_vs_carry": check_finished_vs_carry,
    "text.normative_vs_table": check_normative_vs_table,
    "text.fee_vs_section6": check_fee_vs_section6,
    "sum.channel_total": check_channel_total,
    "sum.category_total": check_category_total,
    "sum.subset_exceeds": check_subset_exceeds,
    "sum.repeat_conflict": check_repeat_conflict,
    "sum.percent": check_percent,
    "sum.growth": check_growth,
    "count.unit_mixed": check_unit_mixed,
    "count.training_attendance": check_training_attendance,
    "rate.bounds": check_rate_bounds,
    "auth.rules_by_bureau": check_rules_by_bureau,
    "auth.licence_scope": check_licence_scope,
    "auth.zero_agency": check_zero_agency,
    "narr.problems_absent": check_problems_absent,
    "narr.problems_generic": check_problems_generic,
    "narr.measure_in_problems": check_measure_in_problems,
    "narr.no_prior_followup": check_no_prior_followup,
    "narr.assessment_missing": check_assessment_missing,
    "narr.overview_elements": check_overview_elements,
    "copy.within_report": check_within_report,
    "copy.foreign_name": check_foreign_name,
    "copy.template_leftover": check_template_leftover,
    "meta.contact": check_contact,
    "meta.parts_claimed": check_parts_claimed,
    "qual.dup_word": check_dup_word,
    "qual.punctuation": check_punctuation,
}
"""The checks that one report decides, in the order of their findings."""
