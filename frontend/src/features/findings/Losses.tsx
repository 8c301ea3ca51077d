import { useState } from 'react';
import { useI18n } from '../../i18n/useI18n';
import { useDrawing } from '../drawing';
import { formatShare } from '../figures/format';
import { NodeLink } from '../figures/NodeLink';
import type { Contingency, CutSet, Report, Verdict } from './report';
import words from '../../ui/words.module.css';
import shared from './sections.module.css';
import figures from '../../ui/figures.module.css';
import styles from './Losses.module.css';

/** The gravest first. */
const VERDICTS = ['outage', 'cascade', 'overload', 'degraded', 'ok'] as const satisfies readonly Verdict[];

/** What follows when any one thing is lost. */
export function Contingencies({ report }: { report: Report }) {
  const { t } = useI18n();
  const [all, setAll] = useState(false);
  const sorted = [...report.contingencies].sort(
    (a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict) || b.loss_share - a.loss_share || a.outage.localeCompare(b.outage),
  );
  const trouble = sorted.filter((row) => row.verdict !== 'ok');
  const shown = all ? sorted : trouble;
  const harmless = sorted.length - trouble.length;
  return (
    <>
      {trouble.length === 0 && <p className={shared['good']}>{t('findings.losses.none', { count: sorted.length })}</p>}
      {shown.length > 0 && (
        <div className={figures['scroll']} tabIndex={0} role="region" aria-label={t('findings.losses.title')}>
          <table className={styles['table']}>
            <thead>
              <tr>
                <th scope="col">{t('findings.losses.outage')}</th>
                <th scope="col">{t('findings.losses.verdict')}</th>
                <th scope="col" className={styles['number']}>
                  {t('findings.losses.lost')}
                </th>
                <th scope="col" className={styles['number']}>
                  {t('findings.losses.shed')}
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map((row) => (
                <Row key={`${row.type}:${row.outage}`} row={row} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {shown.length > 0 && <Words />}
      {harmless > 0 && (
        <button type="button" className={styles['more']} aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('findings.losses.less') : t('findings.losses.more', { count: harmless })}
        </button>
      )}
    </>
  );
}

/** What the verdicts and the shares mean, for those who ask. */
function Words() {
  const { t } = useI18n();
  return (
    <details className={shared['words']}>
      <summary>{t('findings.losses.words')}</summary>
      <dl>
        {VERDICTS.map((verdict) => (
          <div key={verdict}>
            <dt>{t(`findings.verdict.${verdict}`)}</dt>
            <dd>{t(`findings.verdict.${verdict}.help`)}</dd>
          </div>
        ))}
        <div>
          <dt>{t('findings.losses.lost')}</dt>
          <dd>{t('findings.losses.lost.help')}</dd>
        </div>
        <div>
          <dt>{t('findings.losses.shed')}</dt>
          <dd>{t('findings.losses.shed.help')}</dd>
        </div>
      </dl>
    </details>
  );
}

function Row({ row }: { row: Contingency }) {
  const { t, locale } = useI18n();
  const { replicasOf } = useDrawing();
  const count = replicasOf(row.outage);
  return (
    <tr>
      <th scope="row">
        <NodeLink id={row.outage} />
        {row.type === 'node' && count > 1 && <span className={styles['outage']}>{t('findings.outage.all', { count })}</span>}
        {row.type === 'cold_cache' && <span className={styles['outage']}>{t('findings.outage.cold_cache')}</span>}
        {row.overloaded.length > 0 && (
          <span className={styles['below']}>
            {row.overloaded.slice(0, 3).map((over) => (
              <span key={over.node}>
                <NodeLink id={over.node} /> {formatShare(over.utilization, locale, 0)}
              </span>
            ))}
          </span>
        )}
      </th>
      <td>
        <span className={styles['verdict']} data-verdict={row.verdict}>
          {t(`findings.verdict.${row.verdict}`)}
        </span>
      </td>
      <td className={styles['number']}>{formatShare(row.loss_share, locale)}</td>
      <td className={styles['number']}>
        {formatShare(row.shed_share, locale)}
        {spreads(row) && <span className={styles['below']}>{t('findings.losses.collapse', { share: formatShare(row.collapse_share, locale) })}</span>}
      </td>
    </tr>
  );
}

/** Whether more is lost when those that are overloaded fail in turn than when they refuse what is too much. */
function spreads({ loss_share, shed_share, collapse_share }: Contingency): boolean {
  return collapse_share !== null && collapse_share > loss_share + (shed_share ?? 0) + 1e-9;
}

const SHOWN = 20;

/** What brings traffic down only together. */
export function CutSets({ report }: { report: Report }) {
  const { t, locale } = useI18n();
  const [all, setAll] = useState(false);
  const joint = report.cut_sets.filter((set) => set.components.length > 1);
  if (joint.length === 0) return <p className={words['quiet']}>{t('findings.cuts.none')}</p>;
  const sorted = [...joint].sort((a, b) => b.probability * b.loss_share - a.probability * a.loss_share);
  const shown = all ? sorted : sorted.slice(0, SHOWN);
  const together = (set: CutSet): string => set.components.join('+');
  return (
    <>
      <ul className={shared['list']}>
        {shown.map((set) => (
          <li key={together(set)} className={shared['row']}>
            <div className={shared['rowHead']}>
              <span className={styles['together']}>
                {set.components.map((id) => (
                  <NodeLink key={id} id={id} />
                ))}
              </span>
              <span className={shared['push']} />
              <span className={words['quiet']}>
                {t('findings.cuts.figures', {
                  probability: formatShare(set.probability, locale, 4),
                  share: formatShare(set.loss_share, locale),
                })}
              </span>
            </div>
          </li>
        ))}
      </ul>
      {sorted.length > SHOWN && (
        <button type="button" className={styles['more']} aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('findings.losses.less') : t('findings.cuts.more', { count: sorted.length - SHOWN })}
        </button>
      )}
    </>
  );
}
