import { useState } from 'react';
import { useI18n } from '../../i18n/useI18n';
import { Button } from '../../ui/Button';
import { useDrawing } from '../drawing';
import { grouped } from '../figures/group';
import { NodeLink } from '../figures/NodeLink';
import { AcceptForm } from './AcceptForm';
import { usePatch } from './usePatch';
import { findingTexts, useFindingHelp } from './useFindingHelp';
import type { Finding, Report, Severity } from './report';
import shared from './findings.module.css';
import styles from './Findings.module.css';

const ORDER: readonly Severity[] = ['error', 'warning', 'info'];

/** The review of the drawing, by severity; what was accepted stands last. */
export function Findings({ report }: { report: Report }) {
  const { t } = useI18n();
  const open = report.findings.filter((finding) => !finding.accepted);
  const accepted = report.findings.filter((finding) => finding.accepted);
  if (report.findings.length === 0) return <p className={shared['good']}>{t('findings.none')}</p>;
  return (
    <>
      {ORDER.map((severity) => {
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

function keyOf(finding: Finding): string {
  return `${finding.code}:${finding.components.join(',')}:${finding.message}`;
}

function FindingRow({ finding }: { finding: Finding }) {
  const { t, language } = useI18n();
  const { readOnly } = useDrawing();
  const help = useFindingHelp(finding.code);
  const patch = usePatch();
  const [accepting, setAccepting] = useState(false);
  const message = (language === 'ko' && finding.message_ko) || finding.message;
  const fix = (language === 'ko' && finding.fix_ko) || finding.fix;
  return (
    <li className={shared['row']}>
      <details className={styles['finding']}>
        <summary>
          <span className={styles['code']} data-severity={finding.severity}>
            {finding.code}
          </span>
          <span>{message}</span>
        </summary>
        <div className={styles['detail']}>
          {help && <p>{help}</p>}
          {fix && (
            <p>
              <strong>{t('findings.fix')}</strong> {fix}
            </p>
          )}
          {finding.accepted && <Accepted finding={finding} />}
          {!readOnly && !finding.accepted && !accepting && (
            <div className={styles['actions']}>
              {finding.patch && finding.patch.length > 0 && (
                <Button type="button" size="small" onClick={() => patch(finding.patch ?? [], finding.code)}>
                  {t('findings.apply')}
                </Button>
              )}
              <Button type="button" size="small" variant="ghost" onClick={() => setAccepting(true)}>
                {t('findings.accept')}
              </Button>
            </div>
          )}
          {accepting && <AcceptForm finding={finding} onDone={() => setAccepting(false)} />}
        </div>
      </details>
      <div className={styles['culprits']}>
        {finding.components.map((id) => (
          <NodeLink key={id} id={id} />
        ))}
      </div>
    </li>
  );
}

function Accepted({ finding }: { finding: Finding }) {
  const { t } = useI18n();
  const { readOnly, changeAccepted } = useDrawing();
  const reason = String(finding.accepted?.['reason'] ?? '');
  const expires = finding.accepted?.['expires'];
  return (
    <>
      <p>
        {t('findings.accepted.because', { reason })}{' '}
        {typeof expires === 'string' && t('findings.accepted.until', { date: expires })}
      </p>
      {!readOnly && (
        <div className={styles['actions']}>
          <Button
            type="button"
            size="small" variant="ghost"
            onClick={() =>
              changeAccepted((list) =>
                list.filter((entry) => entry.code !== finding.code || !finding.components.includes(entry.component)),
              )
            }
          >
            {t('findings.accepted.withdraw')}
          </Button>
        </div>
      )}
    </>
  );
}
