import { useI18n } from '../../i18n/useI18n';
import { useDrawing } from '../drawing';
import { formatAvailability, formatDuration, formatMs, formatRate, formatShare, formatSigned, nines } from '../figures/format';
import { Figure } from '../figures/Figure';
import { NodeLink } from '../figures/NodeLink';
import { reasonFor, type FlowFigures, type Report } from './report';
import words from '../../ui/words.module.css';
import styles from './sections.module.css';

/** The figures of each flow that people ask for first. */
export function Headline({ report }: { report: Report }) {
  return (
    <div className={styles['flows']}>
      {report.flows.map((flow, index) => (
        <FlowCard key={flow.id} flow={flow} report={report} pointer={`/flows/${index}`} />
      ))}
    </div>
  );
}

function FlowCard({ flow, report, pointer }: { flow: FlowFigures; report: Report; pointer: string }) {
  const { t, locale, language } = useI18n();
  const { nameOf } = useDrawing();
  const why = (member: string): string | null => reasonFor(report, `${pointer}/${member}`, language);
  const count = nines(flow.availability);
  const downtime = flow.downtime_min_per_year === null ? null : flow.downtime_min_per_year * 60;
  const short = flow.headroom !== null && flow.headroom < 0;
  return (
    <section className={styles['flow']} aria-label={nameOf(flow.id)}>
      <div className={styles['flowHead']}>
        <h3>{nameOf(flow.id)}</h3>
        <span className={words['quiet']}>{t('findings.offered', { rate: formatRate(flow.offered_rps, locale) })}</span>
      </div>
      <dl className={styles['figures']}>
        <Figure
          label={t('findings.availability')}
          help={t('findings.availability.help')}
          value={formatAvailability(flow.availability, locale)}
          note={[
            count === null ? null : t('findings.nines', { count }),
            downtime === null ? null : t('findings.downtime', { time: formatDuration(downtime, locale) }),
          ]}
          reason={flow.availability === null ? why('availability') : null}
        />
        <Figure
          label={t('findings.carried')}
          help={t('findings.carried.help')}
          value={formatAvailability(flow.availability_carried, locale)}
          reason={flow.availability_carried === null ? why('availability_carried') : null}
        />
        <Figure
          label={t('findings.capacity')}
          help={t('findings.capacity.help')}
          value={formatRate(flow.capacity_rps, locale)}
          note={flow.bottleneck === null ? [] : [<NodeLink key="b" id={flow.bottleneck} prefix={t('findings.bottleneck')} />]}
          reason={flow.capacity_rps === null ? why('capacity_rps') : null}
        />
        <Figure
          label={t('findings.safe_capacity')}
          help={t('findings.safe_capacity.help')}
          value={formatRate(flow.safe_capacity_rps, locale)}
          tone={flow.safe_capacity_rps !== null && flow.safe_capacity_rps < flow.offered_rps ? 'bad' : 'plain'}
          reason={flow.safe_capacity_rps === null ? why('safe_capacity_rps') : null}
        />
        <Figure
          label={t('findings.headroom')}
          help={t('findings.headroom.help')}
          value={formatSigned(flow.headroom, (value) => formatShare(value, locale, 0))}
          tone={short ? 'bad' : 'plain'}
          reason={flow.headroom === null ? why('headroom') : null}
        />
        <Figure
          label={t('findings.latency')}
          help={t('findings.latency.help')}
          value={formatMs(flow.latency.p99_ms, locale)}
          note={
            flow.latency.p50_ms === null
              ? []
              : [
                  t('findings.latency.rest', {
                    p50: formatMs(flow.latency.p50_ms, locale),
                    p95: formatMs(flow.latency.p95_ms, locale),
                  }),
                ]
          }
          reason={flow.latency.p99_ms === null ? why('latency/p99_ms') : null}
        />
      </dl>
    </section>
  );
}
