import { family } from './detail';

/** The colours of the tokens, as the painter needs them. */
export interface Colors {
  readonly canvas: string;
  readonly dot: string;
  readonly surface: string;
  readonly line: string;
  readonly lineStrong: string;
  readonly ink: string;
  readonly ink3: string;
  readonly edge: string;
  readonly accent: string;
  readonly accentSoft: string;
  readonly good: string;
  readonly warn: string;
  readonly bad: string;
  /** By group of kinds. */
  readonly tones: Readonly<Record<string, string>>;
  readonly family: string;
}

const GROUPS = ['edge', 'compute', 'data', 'messaging', 'operations'];
let read: { readonly theme: string; readonly colors: Colors } | null = null;

/** Read once for each theme: asking the page for a style is dear while things move. */
export function readColors(theme: string): Colors {
  if (read?.theme !== theme) read = { theme, colors: fromPage() };
  return read.colors;
}

function fromPage(): Colors {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    canvas: of('canvas'),
    dot: of('canvas-dot'),
    surface: of('surface'),
    line: of('line'),
    lineStrong: of('line-strong'),
    ink: of('ink'),
    ink3: of('ink-3'),
    edge: of('edge'),
    accent: of('accent'),
    accentSoft: of('accent-soft'),
    good: of('good'),
    warn: of('warn'),
    bad: of('bad'),
    tones: Object.fromEntries(GROUPS.map((group) => [group, of(`tone-${group}`)])),
    family: family(),
  };
}

/** Calm below 70 %, a warning up to 100 %, then alarm. Doubled everywhere by the length of a bar and a number. */
export function loadColor(colors: Colors, utilization: number): string {
  if (utilization >= 0.95) return colors.bad;
  return utilization >= 0.7 ? colors.warn : colors.good;
}
