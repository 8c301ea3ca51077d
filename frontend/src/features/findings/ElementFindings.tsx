import { useI18n } from '../../i18n/useI18n';
import { useAnalysis } from './analysis';
import { FindingRow, keyOf } from './FindingRow';
import { useFreshElements } from './fresh';
import { SEVERITIES, type Finding } from './report';
import shared from './sections.module.css';
import element from './ElementFigures.module.css';

/** What the review finds wrong with one element, the worst first; of one that was just added, nothing yet. */
export function ElementFindings({ id }: { id: string }) {
  const { t } = useI18n();
  const { report, current } = useAnalysis();
  const fresh = useFreshElements();
  const found = (report?.findings ?? []).filter(
    ({ accepted, severity, components }) => !accepted && severity !== 'info' && components.includes(id),
  );
  if (found.length === 0 || fresh.has(id)) return null;
  const rank = ({ severity }: Finding): number => SEVERITIES.indexOf(severity);
  return (
    <section className={element['element']} aria-label={t('findings.tab.review')} data-old={!current}>
      <h3>{t('findings.tab.review')}</h3>
      <ul className={shared['list']}>
        {[...found].sort((a, b) => rank(a) - rank(b)).map((finding) => (
          <FindingRow key={keyOf(finding)} finding={finding} />
        ))}
      </ul>
    </section>
  );
}
