/** Numbers as people read them, by `Intl` in the reader's language. A figure that does not exist is an em dash; its reason is shown beside it by the caller. */

export const NONE = '—';

const formats = new Map<string, Intl.NumberFormat>();

function number(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale}|${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, options);
    formats.set(key, format);
  }
  return format;
}

export type Maybe = number | null | undefined;

function missing(value: Maybe): value is null | undefined {
  return value === null || value === undefined || !Number.isFinite(value);
}

/** A plain count or measure with at most three significant digits below 1,000. */
export function formatNumber(value: Maybe, locale: string): string {
  if (missing(value)) return NONE;
  return Math.abs(value) < 1_000
    ? number(locale, { maximumSignificantDigits: 3 }).format(value)
    : number(locale, { maximumFractionDigits: 0 }).format(value);
}

/** Large counts shortened: 12.3K, 1.2만. */
export function formatCompact(value: Maybe, locale: string): string {
  if (missing(value)) return NONE;
  return Math.abs(value) < 10_000
    ? formatNumber(value, locale)
    : number(locale, { notation: 'compact', maximumSignificantDigits: 3 }).format(value);
}

/** Requests per second. */
export function formatRate(value: Maybe, locale: string): string {
  return missing(value) ? NONE : `${formatCompact(value, locale)}/s`;
}

/** Milliseconds, shown in the unit that reads best. */
export function formatMs(value: Maybe, locale: string): string {
  if (missing(value)) return NONE;
  const unit = (unit: string, amount: number): string =>
    number(locale, { style: 'unit', unit, unitDisplay: 'short', maximumSignificantDigits: 3 }).format(amount);
  if (value === 0) return unit('millisecond', 0);
  if (value < 0.001) return `< ${unit('microsecond', 1)}`;
  if (value < 0.1) return unit('microsecond', value * 1_000);
  if (value < 1_000) return unit('millisecond', value);
  if (value < 120_000) return unit('second', value / 1_000);
  return formatDuration(value / 1_000, locale);
}

/** Per cent below which a share is only said to be smaller. */
const TINIEST = 1e-5;

/** A share of one as a percentage; small shares keep their first digits instead of becoming nought. */
export function formatShare(value: Maybe, locale: string, digits = 1): string {
  if (missing(value)) return NONE;
  const percent = value * 100;
  if (percent !== 0 && Math.abs(percent) < TINIEST) {
    const least = number(locale, { style: 'percent', maximumSignificantDigits: 1 }).format(TINIEST / 100);
    return value > 0 ? `< ${least}` : `> −${least}`;
  }
  if (percent !== 0 && Math.abs(percent) < 10 ** -digits) {
    return number(locale, { style: 'percent', maximumSignificantDigits: 1 }).format(value);
  }
  return number(locale, { style: 'percent', maximumFractionDigits: digits }).format(value);
}

/** Availability with as many decimals as its nines need, never rounded up to a hundred. */
export function formatAvailability(value: Maybe, locale: string): string {
  if (missing(value)) return NONE;
  const loss = 1 - value;
  const decimals = loss <= 0 ? 0 : Math.min(7, Math.max(2, Math.ceil(-Math.log10(loss) - 1e-9) - 1));
  const step = 10 ** (decimals + 2);
  const floored = loss <= 0 ? 1 : Math.floor(value * step + 1e-6) / step;
  return number(locale, {
    style: 'percent',
    minimumFractionDigits: loss <= 0 ? 0 : 2,
    maximumFractionDigits: decimals,
  }).format(floored);
}

/** How many nines an availability has, to one decimal: 0.9995 has 3.3. Null when nothing is ever lost. */
export function nines(availability: Maybe): number | null {
  if (missing(availability) || availability >= 1) return null;
  return Math.floor(-Math.log10(1 - Math.max(0, availability)) * 10 + 1e-6) / 10;
}

const UNITS: readonly (readonly [string, number])[] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/** Seconds as the two largest units: 5 hr 15 min. */
export function formatDuration(seconds: Maybe, locale: string): string {
  if (missing(seconds)) return NONE;
  const unit = (name: string, amount: number, digits = 0): string =>
    number(locale, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: digits }).format(amount);
  if (seconds < 1) return seconds === 0 ? unit('second', 0) : formatMs(seconds * 1_000, locale);
  if (seconds < 60) return unit('second', seconds, seconds < 10 ? 1 : 0);
  let rest = Math.round(seconds);
  const first = UNITS.findIndex(([, size]) => rest >= size);
  const parts: string[] = [];
  for (const [name, size] of UNITS.slice(first, first + 2)) {
    const amount = Math.floor(rest / size);
    rest -= amount * size;
    if (amount > 0) parts.push(unit(name, amount));
  }
  return parts.join(' ');
}

/** A moment of a run: 0:07.3, 12:05.0. */
export function formatClock(seconds: Maybe): string {
  if (missing(seconds)) return NONE;
  const tenths = Math.round(seconds * 10);
  const minutes = Math.floor(tenths / 600);
  const rest = ((tenths % 600) / 10).toFixed(1).padStart(4, '0');
  return `${minutes}:${rest}`;
}

/** USD a month. */
export function formatMoney(value: Maybe, locale: string): string {
  if (missing(value)) return NONE;
  const digits = Math.abs(value) < 10 && value % 1 !== 0 ? 2 : 0;
  return number(locale, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/** A difference with its sign. */
export function formatSigned(value: Maybe, how: (value: number) => string): string {
  if (missing(value)) return NONE;
  if (value === 0) return '±0';
  const text = how(Math.abs(value));
  // Something tiny has a direction, but no sign before "smaller than".
  if (text.startsWith('<')) return `${text} ${value > 0 ? '↑' : '↓'}`;
  return `${value > 0 ? '+' : '−'}${text}`;
}

/** A moment as "3 minutes ago", or as a date once it is more than a week old. */
export function formatWhen(moment: string | number | Date, locale: string, now: number = Date.now()): string {
  const then = new Date(moment).getTime();
  const seconds = Math.round((then - now) / 1_000);
  const away = Math.abs(seconds);
  if (away > 7 * 86_400) return new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(then);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const [name, size] = UNITS.find(([, length]) => away >= length) ?? ['second', 1];
  return relative.format(Math.trunc(seconds / size), name as Intl.RelativeTimeFormatUnit);
}
