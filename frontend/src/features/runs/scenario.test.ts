import { describe, expect, it } from 'vitest';
import { actionsFor, beginning, type Action, type Target } from './actions';
import { DEFAULT_SCENARIO, inTime, readScenario, runnable } from './scenario';

describe('a scenario', () => {
  it('takes defaults for what is missing or makes no sense', () => {
    expect(readScenario(null)).toEqual(DEFAULT_SCENARIO);
    expect(readScenario({ duration_s: -1, seed: 'x', load_factor: Number.NaN, events: 'none' })).toEqual(DEFAULT_SCENARIO);
  });

  it('keeps what the editor does not show', () => {
    expect(readScenario({ duration_s: 30, warmup_s: 5, replications: 4 })).toMatchObject({ duration_s: 30, warmup_s: 5, replications: 4 });
  });

  it('runs its events in time, without those after the end', () => {
    const events = [
      { at_s: 40, action: 'revive', target: 'db' },
      { at_s: 20, action: 'kill', target: 'db' },
      { at_s: 90, action: 'kill', target: 'web' },
    ];
    expect(inTime(events).map((event) => event.at_s)).toEqual([20, 40, 90]);
    expect(runnable({ ...DEFAULT_SCENARIO, duration_s: 60, events }).events.map((event) => event.at_s)).toEqual([20, 40]);
  });
});

const text = { en: '', ko: '' };
const action = (id: string, targets: Action['targets'], kinds: readonly string[] = []): Action => ({
  id,
  title: text,
  help: text,
  targets,
  params: [],
  kinds,
});
const ACTIONS = [
  action('kill', ['node', 'replica', 'edge', 'container']),
  action('traffic', ['flow', 'node'], ['client']),
  action('flush', ['node'], ['cache']),
  action('promote', ['node'], ['database']),
];
const names = (target: Target): string[] => actionsFor(ACTIONS, target).map(({ id }) => id);

describe('actions', () => {
  it('are offered where they make sense', () => {
    expect(names({ id: 'x', type: 'node', kind: 'cache', canFail: true })).toEqual(['kill', 'flush']);
    expect(names({ id: 'x', type: 'node', kind: 'database', canFail: true })).toEqual(['kill', 'promote']);
    expect(names({ id: 'x', type: 'node', kind: 'client', canFail: false })).toEqual(['traffic']);
    expect(names({ id: 'x', type: 'replica', kind: 'cache', canFail: true })).toEqual(['kill']);
    expect(names({ id: 'x', type: 'edge' })).toEqual(['kill']);
    expect(names({ id: 'x', type: 'flow' })).toEqual(['traffic']);
    expect(names({ id: 'x', type: 'container', kind: 'zone' })).toEqual(['kill']);
  });

  it('begin with numbers that do something', () => {
    const param = { type: 'number', title: text };
    expect(beginning({ ...param, name: 'factor' }, 3)).toBe(2);
    expect(beginning({ ...param, name: 'replicas' }, 3)).toBe(4);
    expect(beginning({ ...param, name: 'batch_share', default: 0.25 }, 3)).toBe(0.25);
  });
});
