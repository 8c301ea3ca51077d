import { describe, expect, it } from 'vitest';
import { i18nFor } from '../../i18n/useI18n';
import type { RunEvent } from '../../stream/live';
import type { Action } from './actions';
import { happened, measures } from './happenings';

const actions = [
  { id: 'fail', title: { en: 'Fail some', ko: '일부 실패' }, targets: ['node'], params: [{ name: 'rate', type: 'number', title: { en: 'Share', ko: '비율' } }] },
] as unknown as Action[];
const [en, ko] = [i18nFor('en'), i18nFor('ko')];
const names = (id: string): string => ({ db: 'Ledger' })[id] ?? id;

function event(action: string, details: RunEvent['details'] = {}): RunEvent {
  return { key: action, frame: 1, t_s: 1, action, target: 'web', by: null, details };
}

describe('what happened in a run', () => {
  it('is told in the language of the reader, whoever brought it about', () => {
    expect(happened(event('fail'), actions, ko)).toBe('일부 실패');
    expect(happened(event('noticed', { up: false }), actions, ko)).toBe('중단 감지:');
    expect(happened(event('noticed', { up: true }), actions, en)).toBe('Seen to be up again:');
  });

  it('is told in its own words when the page does not know it', () => {
    expect(happened(event('something_new', { a_thing: 2 }), actions, en)).toBe('something new');
    expect(measures(event('something_new', { a_thing: 2 }), actions, en, names)).toBe('a thing 2');
  });

  it('is told with its numbers and the names of others', () => {
    expect(measures(event('fail', { rate: 0.1 }), actions, ko, names)).toBe('비율 0.1');
    expect(measures(event('promoted', { instead_of: 'db', lost_writes: 12 }), actions, en, names)).toBe('instead of Ledger, 12 writes lost');
    expect(measures(event('resharding', { shards: 4, moved_share: 0.25, for_s: 90 }), actions, en, names)).toBe('→ 4, 25% moved, for 1 min 30 sec');
  });
});
