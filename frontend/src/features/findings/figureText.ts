import type { MessageKey } from '../../i18n/translate';
import type { Translate } from '../../i18n/useI18n';
import { formatAvailability, formatDuration, formatMoney, formatMs, formatNumber, formatRate, formatShare, formatSigned, type Maybe } from '../figures/format';

const NAMES: Readonly<Record<string, MessageKey>> = {
  spofs: 'findings.figure.spofs',
  availability: 'findings.figure.availability',
  availability_carried: 'findings.figure.availability_carried',
  downtime_min_per_year: 'findings.figure.downtime_min_per_year',
  capacity_rps: 'findings.figure.capacity_rps',
  safe_capacity_rps: 'findings.figure.safe_capacity_rps',
  headroom: 'findings.figure.headroom',
  mean_ms: 'findings.figure.mean_ms',
  p50_ms: 'findings.figure.p50_ms',
  p95_ms: 'findings.figure.p95_ms',
  p99_ms: 'findings.figure.p99_ms',
  cost_per_month: 'findings.figure.cost_per_month',
  utilization: 'findings.figure.utilization',
  contingency_failures: 'findings.figure.contingency_failures',
  finding_errors: 'findings.figure.finding_errors',
};

/** The name of a figure in words; a figure that this page has no words for keeps the name it has in the API. */
export function figureName(figure: string, t: Translate): string {
  const key = NAMES[figure];
  return key ? t(key) : figure;
}

/** A figure in its own unit, told by its name: units stand in the names of the contract. */
export function figureText(figure: string, value: Maybe, locale: string): string {
  if (figure.startsWith('availability')) return formatAvailability(value, locale);
  return plain(figure, value, locale);
}

/** A change of a figure in the figure's own unit, with its sign. */
export function changeText(figure: string, change: Maybe, locale: string): string {
  if (figure.startsWith('availability')) return formatSigned(change, (value) => formatShare(value, locale, 4));
  return formatSigned(change, (value) => plain(figure, value, locale));
}

function plain(figure: string, value: Maybe, locale: string): string {
  if (figure === 'downtime_min_per_year') return formatDuration(typeof value === 'number' ? value * 60 : value, locale);
  if (figure.endsWith('_ms')) return formatMs(value, locale);
  if (figure.endsWith('_rps')) return formatRate(value, locale);
  if (figure === 'cost_per_month') return formatMoney(value, locale);
  if (['headroom', 'utilization', 'hit_ratio', 'error_rate'].includes(figure) || figure.endsWith('_share')) return formatShare(value, locale);
  return formatNumber(value, locale);
}
