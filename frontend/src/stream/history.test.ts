import { expect, it } from 'vitest';
import { readFrame } from './frames';
import { History } from './history';
import type { Hello } from './messages';

const hello: Hello = {
  type: 'hello',
  run: { id: 'r' },
  scenario: {},
  nodes: Array.from({ length: 20_000 }, (_, i) => `n${i}`),
  edges: [],
  flows: ['browse'],
  columns: [{ group: 'flows', name: 'failed_rps', type: 'f64' }],
};
const frame = (n: number, t_s: number, failed: number) =>
  readFrame({ type: 'frame', n, t_s, nodes: {}, edges: {}, flows: { failed_rps: [failed] } }, hello);

it('keeps the series of a flow, unknown where nothing was measured', () => {
  const history = new History(hello);
  history.push(frame(1, 0.1, Number.NaN));
  history.push(frame(2, 0.2, 10));
  expect([...history.times()].map((t) => t.toFixed(1))).toEqual(['0.1', '0.2']);
  expect([...history.flow('browse', 'failed_rps')]).toEqual([Number.NaN, 10]);
  expect(history.flow('unknown', 'failed_rps')).toHaveLength(0);
});

it('keeps a past for twenty thousand nodes within its budget', () => {
  const history = new History(hello);
  for (let n = 1; n <= 200; n++) history.push(frame(n, n / 10, 0));
  expect(history.times()).toHaveLength(200);
  expect(history.node('n7', 'utilization')).toHaveLength(120);
  expect(history.nodeTimes()).toHaveLength(120);
  expect(history.node('unknown', 'queue')).toHaveLength(0);
});
