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
  columns: [{ group: 'flows', name: 'failed', type: 'f64' }],
};
const frame = (n: number, t_s: number, failed: number) =>
  readFrame({ type: 'frame', n, t_s, nodes: {}, edges: {}, flows: { failed: [failed] } }, hello);

it('counts failures a second over skipped frames too', () => {
  const history = new History(hello);
  history.push(frame(1, 0.1, 16_777_216));
  history.push(frame(2, 0.2, 16_777_217));
  history.push(frame(7, 0.7, 16_777_222));
  const rates = [...history.flow('browse', 'failed_rps')];
  expect(rates[0]).toBeNaN();
  expect(rates.slice(1).map(Math.round)).toEqual([10, 10]);
});

it('keeps a past for twenty thousand nodes within its budget', () => {
  const history = new History(hello);
  for (let n = 1; n <= 200; n++) history.push(frame(n, n / 10, 0));
  expect(history.times()).toHaveLength(200);
  expect(history.node('n7', 'utilization')).toHaveLength(120);
  expect(history.nodeTimes()).toHaveLength(120);
  expect(history.node('unknown', 'queue')).toHaveLength(0);
});
