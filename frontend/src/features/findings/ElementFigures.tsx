import { useI18n } from '../../i18n/useI18n';
import { formatAvailability, formatMs, formatRate, formatShare, formatSigned } from '../figures/format';
import { Figure } from '../figures/Figure';
import { NodeLink } from '../figures/NodeLink';
import { ShareBar } from '../figures/ShareBar';
import { useAnalysis } from './analysis';
import { fallsWith, takesAlong, type Falling } from './falls';
import { reasonFor, type NodeFigures, type Report } from './report';
import styles from './ElementFigures.module.css';

/** What the analysis says of one element: its load, what it means to the whole, and what falls with what. */
export function ElementFigures({ id }: { id: string }) {
  const { t } = useI18n();
  const { report, current } = useAnalysis();
  if (!report) return null;
  const index = report.nodes.findIndex((node) => node.id === id);
  const figures = report.nodes[index];
  const along = takesAlong(report, id);
  const causes = fallsWith(report, id);
  const importance = figures?.importance ?? report.parts.find((part) => part.component === id)?.importance;
  const loaded = figures && (figures.arrival_rps ?? 0) > 0 && figures.availability !== null;
  if (!loaded && !importance && along.length === 0 && causes.length === 0) return null;
  return (
    <section className={styles['element']} aria-label={t('findings.title')} data-old={!current}>
      {loaded && <Load figures={figures} report={report} pointer={`/nodes/${index}`} />}
      {importance && <Meaning importance={importance} />}
      <List title={t('findings.falls.along')} falling={along} />
      <List title={t('findings.falls.causes')} falling={causes} />
    </section>
  );
}

function Load({ figures, report, pointer }: { figures: NodeFigures; report: Report; pointer: string }) {
  const { t, locale, language } = useI18n();
  const why = (member: string): string | null => reasonFor(report, `${pointer}/${member}`, language);
  const full = figures.utilization !== null && figures.utilization >= 1;
  return (
    <dl className={styles['figures']}>
      <Figure
        label={t('runs.utilization')}
        value={formatShare(figures.utilization, locale, 0)}
        tone={full ? 'bad' : 'plain'}
        note={[t('findings.element.arrivals', { rate: formatRate(figures.arrival_rps, locale) })]}
        reason={figures.utilization === null ? why('utilization') : null}
      />
      <Figure
        label={t('findings.capacity')}
        value={formatRate(figures.capacity_rps, locale)}
        reason={figures.capacity_rps === null ? why('capacity_rps') : null}
      />
      <Figure
        label={t('findings.element.wait')}
        value={formatMs(figures.wait_ms, locale)}
        note={figures.time_ms === null ? [] : [t('findings.element.time', { time: formatMs(figures.time_ms, locale) })]}
        reason={figures.wait_ms === null ? why('wait_ms') : null}
      />
      {figures.hit_ratio === null ? (
        <Figure label={t('findings.availability')} value={formatAvailability(figures.availability, locale)} />
      ) : (
        <Figure label={t('findings.element.hits')} value={formatShare(figures.hit_ratio, locale)} />
      )}
    </dl>
  );
}

function Meaning({ importance }: { importance: NonNullable<NodeFigures['importance']> }) {
  const { t, locale } = useI18n();
  return (
    <dl className={styles['figures']}>
      <Figure
        label={t('findings.element.part')}
        help={t('findings.element.part.help')}
        value={formatShare(importance.fussell_vesely, locale)}
      />
      <Figure
        label={t('findings.element.copy')}
        help={t('findings.element.copy.help')}
        value={formatSigned(importance.duplication_gain, (value) => formatShare(value, locale, 4))}
      />
    </dl>
  );
}

const SHOWN = 8;

function List({ title, falling }: { title: string; falling: readonly Falling[] }) {
  const { t, locale } = useI18n();
  if (falling.length === 0) return null;
  return (
    <div>
      <h3>{title}</h3>
      <ul className={styles['list']}>
        {falling.slice(0, SHOWN).map(({ id, share }) => (
          <li key={id}>
            <NodeLink id={id} />
            <ShareBar share={share} label={formatShare(share, locale)} />
          </li>
        ))}
      </ul>
      {falling.length > SHOWN && <p className={styles['rest']}>{t('findings.falls.more', { count: falling.length - SHOWN })}</p>}
    </div>
  );
}
