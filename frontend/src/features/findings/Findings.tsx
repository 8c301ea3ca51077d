import { useI18n } from '../../i18n/useI18n';
import { useDrawing } from '../drawing';
import { grouped } from '../figures/group';
import { FindingRow, keyOf } from './FindingRow';
import { isHeldBack, useFreshElements } from './fresh';
import { findingTexts } from './useFindingHelp';
import { SEVERITIES, type Finding, type Report } from './report';
import shared from './sections.module.css';
import styles from './Findings.module.css';

/** The review of the drawing, by severity; then what is only half drawn, and what was accepted. */
export function Findings({ report }: { report: Report }) {
  const { t } = useI18n();
  const fresh = useFreshElements();
  const open = report.findings.filter((finding) => !finding.accepted && !isHeldBack(finding, fresh));
  const held = report.findings.filter((finding) => !finding.accepted && isHeldBack(finding, fresh));
  const accepted = report.findings.filter((finding) => finding.accepted);
  if (report.findings.length === 0) return <p className={shared['good']}>{t('findings.none')}</p>;
  return (
    <>
      {SEVERITIES.map((severity) => {
        const group = open.filter((finding) => finding.severity === severity);
        return (
          group.length > 0 && (
            <section key={severity}>
              <h3 className={shared['group']} data-severity={severity}>
                {t(`findings.severity.${severity}`, { count: group.length })}
              </h3>
              <ByCode findings={group} />
            </section>
          )
        );
      })}
      {held.length > 0 && (
        <section className={styles['held']}>
          <h3 className={shared['group']}>{t('findings.fresh', { count: held.length })}</h3>
          <ByCode findings={held} />
        </section>
      )}
      {accepted.length > 0 && (
        <section>
          <h3 className={shared['group']}>{t('findings.accepted', { count: accepted.length })}</h3>
          <ul className={shared['list']}>
            {accepted.map((finding) => (
              <FindingRow key={keyOf(finding)} finding={finding} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** More of one code than this are folded into one row. */
const APART = 3;

function ByCode({ findings }: { findings: readonly Finding[] }) {
  const { of } = useI18n();
  const { catalogue } = useDrawing();
  return [...grouped(findings, (finding) => finding.code)].map(([code, same]) => {
    const rows = (
      <ul className={shared['list']}>
        {same.map((finding) => (
          <FindingRow key={keyOf(finding)} finding={finding} />
        ))}
      </ul>
    );
    if (same.length <= APART) return <div key={code}>{rows}</div>;
    const title = findingTexts(catalogue, code)?.title;
    return (
      <details key={code} className={styles['many']}>
        <summary>
          <span className={styles['code']} data-severity={same[0]?.severity}>
            {code}
          </span>
          {title && <span>{of(title)}</span>}
          <span className={shared['count']}>{same.length}</span>
        </summary>
        {rows}
      </details>
    );
  });
}
