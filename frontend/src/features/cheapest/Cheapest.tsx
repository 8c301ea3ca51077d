import { useState } from 'react';
import type { Candidate, SearchFound } from '../../api/types';
import { useI18n } from '../../i18n/useI18n';
import type { Catalogue } from '../../model/catalogue';
import { Button } from '../../ui/Button';
import { useDrawing } from '../drawing';
import { Figure } from '../figures/Figure';
import { formatAvailability, formatMoney, formatMs, formatNumber, formatRate, formatSigned } from '../figures/format';
import { Said } from '../figures/Said';
import type { PatchOperation } from '../findings/report';
import { usePatch } from '../findings/usePatch';
import { ThresholdsField } from '../runs/ThresholdsField';
import { Front } from './Front';
import { meaning, search, useSearching } from './searching';
import words from '../../ui/words.module.css';
import figures from '../../ui/figures.module.css';
import styles from './cheapest.module.css';

/** Whether the analysis answers it: a search tries forms by analysing them. What cannot be told is left to the server to refuse. */
function isAnalysed(threshold: string, { metrics }: Catalogue): boolean {
  const name = /^\s*(\w+)/.exec(threshold)?.[1];
  const sources = metrics.find((metric) => metric['name'] === name)?.['sources'];
  return !Array.isArray(sources) || sources.includes('analysis');
}

/** Looks for the cheapest form of the drawing that meets thresholds, and shows what more or less money buys. */
export function Cheapest() {
  const { t } = useI18n();
  const { topology, designId, catalogue } = useDrawing();
  const { design, of, job, working, problem } = useSearching();
  const [wanted, setWanted] = useState<readonly string[] | null>(null);
  const thresholds = wanted ?? (topology.thresholds ?? []).filter((threshold) => isAnalysed(threshold, catalogue));
  const here = design === designId;
  const found = (here && job?.search) || null;
  return (
    <div className={styles['cheapest']}>
      <p className={words['quiet']}>{t('cheapest.intro')}</p>
      <ThresholdsField thresholds={thresholds} onChange={setWanted} />
      <div>
        <Button type="button" disabled={working || thresholds.length === 0} onClick={() => void search(designId, topology, thresholds)}>
          {t(working ? 'cheapest.working' : 'cheapest.search')}
        </Button>
      </div>
      {here && problem && (
        <p className={words['warning']} role="alert">
          {problem}
        </p>
      )}
      {found && <Answer key={job?.id} found={found} stale={of !== meaning(topology)} />}
    </div>
  );
}

function Answer({ found, stale }: { found: SearchFound; stale: boolean }) {
  const { t } = useI18n();
  const [chosen, setChosen] = useState<Candidate>(found.best);
  return (
    <section aria-label={t('cheapest.answer')}>
      <p className={styles['verdict']} data-verdict={found.verdict} role="status">
        {t(`cheapest.verdict.${found.verdict}`, { count: found.analyses })}
        {found.partial && ` ${t('cheapest.partial')}`}
      </p>
      {stale && <p className={styles['stale']}>{t('cheapest.stale')}</p>}
      <Chosen candidate={chosen} found={found} stale={stale} />
      <Front found={found} chosen={chosen} onChoose={setChosen} />
    </section>
  );
}

function Chosen({ candidate, found, stale }: { candidate: Candidate; found: SearchFound; stale: boolean }) {
  const { t, locale, language } = useI18n();
  const { readOnly } = useDrawing();
  const patch = usePatch();
  const change = language === 'ko' ? candidate.change_ko : candidate.change;
  const money = (value: number): string => formatMoney(value, locale);
  const title = candidate === found.best ? t(`cheapest.best.${found.verdict}`) : t('cheapest.chosen');
  const apply = (): void => patch(candidate.patch as unknown as PatchOperation[], t('cheapest.applied', { cost: money(candidate.cost_per_month) }));
  return (
    <div className={figures['card']}>
      <div className={figures['head']}>
        <h4>{title}</h4>
        {!readOnly && (
          <Button type="button" size="small" disabled={stale || candidate.patch.length === 0} onClick={apply}>
            {t('findings.apply')}
          </Button>
        )}
      </div>
      <dl className={styles['figures']}>
        <Figure
          label={t('findings.cost')}
          value={money(candidate.cost_per_month)}
          note={[t('cheapest.instead', { change: formatSigned(candidate.cost_per_month - found.start.cost_per_month, money) })]}
        />
        <Figure label={t('findings.availability')} value={formatAvailability(candidate.availability, locale)} />
        <Figure
          label={t('findings.latency')}
          value={formatMs(candidate.p99_ms, locale)}
          reason={candidate.p99_ms === null ? t('cheapest.overloaded') : null}
        />
        <Figure label={t('findings.safe_capacity')} value={formatRate(candidate.safe_capacity_rps, locale)} />
        <Figure label={t('findings.spofs')} value={formatNumber(candidate.spofs, locale)} />
      </dl>
      <ul className={styles['changes']}>
        {change.split('; ').map((step) => (
          <li key={step}>
            <Said text={step} />
          </li>
        ))}
      </ul>
    </div>
  );
}
