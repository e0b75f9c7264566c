"""The harness for rules, the same for built-in ones and for those of other authors.

A rule's page and its fixtures are samples: small projects whose comments say what the rule must answer on which line.

    from readiness.testing import fixture_samples, page_samples

    @pytest.mark.parametrize("sample", page_samples("my_rules.bounded_retries"), ids=str)
    def test_page(sample):
        assert sample.found() == sample.expected

Marks are `# passes: <rule-id>`, `# fails: <rule-id>` and `# unsure: <rule-id>`, at the end of the line they are about; a line
that holds nothing but a mark speaks about the next one. `# touched` behind a line says that the change under review wrote it.
They are taken out before the code is read.
"""

from readiness.testing.samples import Expectation, Sample, fixture_samples, page_samples
from readiness.testing.variants import VARIANTS, variants

__all__ = ["VARIANTS", "Expectation", "Sample", "fixture_samples", "page_samples", "variants"]
