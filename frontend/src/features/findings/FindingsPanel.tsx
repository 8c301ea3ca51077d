import { useId, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useI18n } from '../../i18n/useI18n';
import { Cheapest } from '../cheapest/Cheapest';
import { useDrawing } from '../drawing';
import { formatMoney, formatMs } from '../figures/format';
import { NodeLink } from '../figures/NodeLink';
import { Sweeps } from '../sweeps/Sweeps';
import { Advice } from './Advice';
import { useAnalysis } from './analysis';
import { Assumptions } from './Assumptions';
import { Findings } from './Findings';
import { isHeldBack, useFreshElements } from './fresh';
import { Headline } from './Headline';
import { Contingencies, CutSets } from './Losses';
import type { FeedStatus } from './feed';
import type { Report } from './report';
import { Spofs } from './Spofs';
import words from '../../ui/words.module.css';
import shared from './sections.module.css';
import styles from './FindingsPanel.module.css';

const TABS = ['figures', 'review', 'losses', 'advice', 'assumed'] as const;
type Tab = (typeof TABS)[number];

/** The analysis beside the drawing. Figures of an older drawing are faded and said to be so. */
export function FindingsPanel() {
  const { t } = useI18n();
  const status = useAnalysis();
  const [tab, setTab] = useState<Tab>('figures');
  const id = useId();
  const { report } = status;
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length] ?? tab;
    setTab(next);
    document.getElementById(`${id}-${next}`)?.focus();
  };
  return (
    <section className={styles['panel']} aria-label={t('findings.title')}>
      <div className={styles['head']}>
        {report && report.flows.length > 0 && (
          <h2 data-tone={isDead(report) || report.spofs.length > 0 ? 'bad' : 'good'}>
            {isDead(report) ? t('findings.dead') : t('findings.spofs.count', { count: report.spofs.length })}
          </h2>
        )}
        <Freshness status={status} />
      </div>
      {status.problem && <Problem problem={status.problem} retrying={status.working} />}
      {report && (
        <>
          <div className={styles['tabs']} role="tablist" aria-label={t('findings.title')} onKeyDown={move}>
            {TABS.map((name) => (
              <button
                key={name}
                id={`${id}-${name}`}
                type="button"
                role="tab"
                className={styles['tab']}
                aria-selected={tab === name}
                aria-controls={`${id}-body`}
                tabIndex={tab === name ? 0 : -1}
                onClick={() => setTab(name)}
              >
                {t(`findings.tab.${name}`)}
                <Count tab={name} report={report} />
              </button>
            ))}
          </div>
          <div
            id={`${id}-body`}
            className={styles['body']}
            role="tabpanel"
            aria-labelledby={`${id}-${tab}`}
            tabIndex={0}
            data-old={!status.current}
          >
            {VIEWS[tab](report)}
          </div>
        </>
      )}
    </section>
  );
}

const VIEWS: Readonly<Record<Tab, (report: Report) => ReactNode>> = {
  figures: (report) => <Figures report={report} />,
  review: (report) => <Findings report={report} />,
  losses: (report) => <Losses report={report} />,
  advice: (report) => <Suggestions report={report} />,
  assumed: (report) => <Assumptions report={report} />,
};

/** Nothing that is asked is ever answered: then nothing can take traffic down either, and that is no good news. */
function isDead({ flows }: Report): boolean {
  return flows.every((flow) => flow.availability === 0);
}

function Figures({ report }: { report: Report }) {
  const { t, locale } = useI18n();
  if (report.flows.length === 0) return <p className={words['quiet']}>{t('findings.no_flows')}</p>;
  return (
    <>
      <Headline report={report} />
      {isDead(report) ? (
        <p className={words['quiet']}>{t('findings.dead.help')}</p>
      ) : (
        <section>
          <h3>{t('findings.spofs')}</h3>
          <Spofs report={report} />
        </section>
      )}
      <p className={styles['sum']}>
        <span className={words['quiet']}>{t('findings.cost')}</span>
        <strong>{formatMoney(report.cost_per_month, locale)}</strong>
      </p>
    </>
  );
}

function Suggestions({ report }: { report: Report }) {
  const { t } = useI18n();
  const { mayRun } = useDrawing();
  return (
    <>
      <Advice report={report} />
      {report.flows.length > 0 && (
        <section>
          <h3>{t('cheapest.title')}</h3>
          <Cheapest />
        </section>
      )}
      {report.flows.length > 0 && mayRun && (
        <section>
          <h3>{t('sweeps.title')}</h3>
          <Sweeps />
        </section>
      )}
    </>
  );
}

function Losses({ report }: { report: Report }) {
  const { t } = useI18n();
  return (
    <>
      <section>
        <h3>{t('findings.losses.title')}</h3>
        <Contingencies report={report} />
      </section>
      <section>
        <h3>{t('findings.cuts.title')}</h3>
        <CutSets report={report} />
      </section>
    </>
  );
}

function Count({ tab, report }: { tab: Tab; report: Report }) {
  const fresh = useFreshElements();
  const count = {
    figures: 0,
    review: report.findings.filter((finding) => !finding.accepted).length,
    losses: 0,
    advice: 0,
    assumed: 0,
  }[tab];
  if (count === 0) return null;
  const bad = tab === 'review' && report.findings.some((finding) => finding.severity === 'error' && !finding.accepted && !isHeldBack(finding, fresh));
  return (
    <span className={shared['count']} data-tone={bad ? 'bad' : undefined}>
      {count}
    </span>
  );
}

/** An analysis that took longer says so: it is the price of so large a drawing. */
const SLOW_MS = 1_000;

function Freshness({ status }: { status: FeedStatus<Report> }) {
  const { t, locale } = useI18n();
  const state = status.current ? 'current' : status.report && status.problem ? 'old' : 'working';
  const partial = status.current && status.report?.partial;
  return (
    <span className={styles['freshness']} data-state={state} role="status">
      {partial ? t('findings.state.partial') : t(`findings.state.${state}`)}
      {status.current && status.took_ms !== null && status.took_ms >= SLOW_MS && ` · ${formatMs(status.took_ms, locale)}`}
    </span>
  );
}

/** Where in the drawing something is wrong: the element by its name, and which member of it. */
function Place({ pointer }: { readonly pointer: string }) {
  const { topology } = useDrawing();
  const [, list = '', index = '', ...rest] = pointer.split('/');
  const elements = { nodes: topology.nodes, edges: topology.edges, flows: topology.flows }[list];
  const element = elements?.[Number(index)];
  if (!element) return pointer === '' ? null : <code>{pointer}</code>;
  return (
    <>
      <NodeLink id={element.id} /> {rest.length > 0 && <code>{rest.filter((part) => part !== 'params').join('.')}</code>}
    </>
  );
}

function Problem({ problem, retrying }: { problem: NonNullable<FeedStatus<Report>['problem']>; retrying: boolean }) {
  const { t } = useI18n();
  return (
    <div className={styles['problem']} role="alert">
      <strong>{retrying ? t('findings.offline') : t('findings.problem')}</strong>
      {problem.errors.length > 0 ? (
        <ul>
          {problem.errors.slice(0, 5).map((error) => (
            <li key={error.pointer + error.detail}>
              <Place pointer={error.pointer} /> {error.detail}
            </li>
          ))}
        </ul>
      ) : (
        !retrying && <p>{problem.detail}</p>
      )}
    </div>
  );
}
