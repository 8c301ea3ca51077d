import { hasMessage } from '../../i18n/translate';
import type { I18n } from '../../i18n/useI18n';
import type { RunEvent } from '../../stream/live';
import { formatDuration, formatNumber, formatShare } from '../figures/format';
import type { Action } from './actions';

type How = Pick<I18n, 't' | 'of' | 'locale'>;
type Names = (id: string) => string;

/** What happened, in words: an action by its title in the catalogue, what came of itself by a text of the page. */
export function happened({ action, details }: RunEvent, actions: readonly Action[], { t, of }: How): string {
  const known = actions.find(({ id }) => id === action);
  if (known) return of(known.title);
  const key = action === 'noticed' ? `runs.happened.noticed_${details['up'] === true ? 'up' : 'down'}` : `runs.happened.${action}`;
  return hasMessage(key) ? t(key) : action.replaceAll('_', ' ');
}

/** The numbers of it: what an action was given, what an event cost. */
export function measures({ action, details }: RunEvent, actions: readonly Action[], how: How, nameOf: Names): string {
  const params = actions.find(({ id }) => id === action)?.params ?? [];
  return Object.entries(details)
    .filter(([, value]) => typeof value === 'number' || typeof value === 'string')
    .map(([name, value]) => measure(name, value as number | string, params, how, nameOf))
    .join(', ');
}

function measure(name: string, value: number | string, params: Action['params'], { t, of, locale }: How, nameOf: Names): string {
  const text = typeof value === 'string' ? nameOf(value) : numberIn(name, value, locale);
  if (name === 'factor') return `×${text}`;
  if (name === 'replicas' || name === 'shards') return `→ ${text}`;
  const key = `runs.happened.with.${name}`;
  if (hasMessage(key)) return t(key, { value: text });
  const param = params.find((each) => each.name === name);
  return param ? `${of(param.title)} ${text}` : `${name.replaceAll('_', ' ')} ${text}`;
}

function numberIn(name: string, value: number, locale: string): string {
  if (name.endsWith('_share')) return formatShare(value, locale);
  return name.endsWith('_s') ? formatDuration(value, locale) : formatNumber(value, locale);
}
