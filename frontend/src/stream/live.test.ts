import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { retryDelay, isFinal } from './backoff';
import { CommandError, LiveRun } from './live';
import type { Hello } from './messages';
import { STALE_AFTER_MS, type Wire } from './socket';

class FakeWire implements Wire {
  static all: FakeWire[] = [];
  static get last(): FakeWire {
    const wire = FakeWire.all.at(-1);
    if (!wire) throw new Error('no connection was opened');
    return wire;
  }
  binaryType = 'blob';
  readyState = 0;
  onopen: Wire['onopen'] = null;
  onclose: Wire['onclose'] = null;
  onmessage: Wire['onmessage'] = null;
  onerror: Wire['onerror'] = null;
  readonly sent: Record<string, unknown>[] = [];
  constructor(readonly address: string) {
    FakeWire.all.push(this);
  }
  send(data: string): void {
    this.sent.push(JSON.parse(data) as Record<string, unknown>);
  }
  close(): void {
    this.readyState = 3;
  }
  accept(): void {
    this.readyState = 1;
    this.onopen?.(new Event('open'));
  }
  say(message: object): void {
    this.onmessage?.(new MessageEvent('message', { data: JSON.stringify(message) }));
  }
  breaks(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code } as CloseEvent);
  }
}

const hello: Hello = {
  type: 'hello',
  run: { id: 'r1', state: 'running' },
  scenario: {},
  nodes: ['web', 'db'],
  edges: [],
  flows: ['browse'],
  columns: [
    { group: 'nodes', name: 'utilization', type: 'u16' },
    { group: 'flows', name: 'p99_ms', type: 'f64' },
  ],
};
const frame = (n: number) => ({
  type: 'frame',
  n,
  t_s: n / 10,
  nodes: { utilization: [n / 100, null] },
  edges: {},
  flows: { p99_ms: [n] },
});

function follow(): LiveRun {
  const run = new LiveRun({
    address: (after) => `ws://host/run${after === null ? '' : `?after=${after}`}`,
    open: (address) => new FakeWire(address),
    random: () => 0.5,
    schedule: (draw) => draw(),
  });
  run.start();
  return run;
}

beforeEach(() => {
  FakeWire.all = [];
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe('following a run', () => {
  it('shows the newest frame and keeps its past', () => {
    const run = follow();
    FakeWire.last.accept();
    FakeWire.last.say(hello);
    for (let n = 1; n <= 3; n++) FakeWire.last.say(frame(n));
    expect(run.frame?.n).toBe(3);
    expect([...(run.history?.flow('browse', 'p99_ms') ?? [])]).toEqual([1, 2, 3]);
    expect(run.history?.node('db', 'utilization').at(-1)).toBeNaN();
  });

  it('comes back after a break where it left off, and takes no frame twice', () => {
    const run = follow();
    FakeWire.last.accept();
    FakeWire.last.say(hello);
    FakeWire.last.say(frame(1));
    FakeWire.last.say(frame(2));
    FakeWire.last.breaks();
    expect(run.status.link).toBe('lost');
    vi.advanceTimersByTime(1_000);
    expect(FakeWire.all).toHaveLength(2);
    expect(FakeWire.last.address).toBe('ws://host/run?after=2');
    FakeWire.last.accept();
    FakeWire.last.say(hello);
    FakeWire.last.say(frame(2));
    FakeWire.last.say(frame(3));
    expect([...(run.history?.flow('browse', 'p99_ms') ?? [])]).toEqual([1, 2, 3]);
  });

  it('says so when nothing was heard for three seconds, also over an open socket', () => {
    const run = follow();
    FakeWire.last.accept();
    FakeWire.last.say(hello);
    vi.advanceTimersByTime(STALE_AFTER_MS - 1);
    expect(run.status.stale).toBe(false);
    vi.advanceTimersByTime(1);
    expect(run.status.stale).toBe(true);
    FakeWire.last.say({ type: 'heartbeat', n: 0 });
    expect(run.status.stale).toBe(false);
  });

  it('replaces a socket that stays open but silent', () => {
    follow();
    FakeWire.last.accept();
    FakeWire.last.say(hello);
    vi.advanceTimersByTime(30_000);
    expect(FakeWire.all.length).toBeGreaterThan(1);
  });

  it('ends with the run and does not return', () => {
    const run = follow();
    FakeWire.last.accept();
    FakeWire.last.say(hello);
    FakeWire.last.say({ type: 'end', state: 'failed', reason: 'over budget' });
    vi.advanceTimersByTime(60_000);
    expect(FakeWire.all).toHaveLength(1);
    expect(run.status).toMatchObject({ state: 'failed', reason: 'over budget', stale: false, link: 'closed' });
  });

  it('takes a refusal as the last word', () => {
    const run = follow();
    FakeWire.last.accept();
    FakeWire.last.breaks(4403);
    vi.advanceTimersByTime(60_000);
    expect(FakeWire.all).toHaveLength(1);
    expect(run.status).toMatchObject({ link: 'refused', refusal: 4403 });
  });

  it('skips messages of types it does not know', () => {
    const run = follow();
    FakeWire.last.accept();
    FakeWire.last.say(hello);
    FakeWire.last.say({ type: 'from the future' });
    FakeWire.last.say(frame(1));
    expect(run.frame?.n).toBe(1);
  });
});

describe('acting on a run', () => {
  it('answers with the frame at which a command took effect', async () => {
    const run = follow();
    FakeWire.last.accept();
    const effect = run.send({ action: 'kill', target: 'db#1' });
    expect(FakeWire.last.sent).toEqual([{ id: 1, action: 'kill', target: 'db#1' }]);
    FakeWire.last.say({ type: 'ack', id: 1, frame: 41 });
    await expect(effect).resolves.toBe(41);
  });

  it('answers with the reason when the server refuses', async () => {
    const run = follow();
    FakeWire.last.accept();
    const effect = run.send({ action: 'promote', target: 'web' });
    FakeWire.last.say({ type: 'error', id: 1, code: 'invalid', detail: 'web has no primary' });
    await expect(effect).rejects.toThrow('web has no primary');
  });

  it('never queues a command for later', async () => {
    const run = follow();
    await expect(run.send({ action: 'kill', target: 'db' })).rejects.toBeInstanceOf(CommandError);
    FakeWire.last.accept();
    expect(FakeWire.last.sent).toEqual([]);
    const effect = run.send({ action: 'kill', target: 'db' });
    FakeWire.last.breaks();
    await expect(effect).rejects.toMatchObject({ code: 'offline' });
  });

  it('lists each event once, with its frame', () => {
    const run = follow();
    FakeWire.last.accept();
    FakeWire.last.say(hello);
    const event = { type: 'event', frame: 41, t_s: 4.1, action: 'kill', target: 'db#1' };
    FakeWire.last.say(event);
    FakeWire.last.say(event);
    expect(run.status.events).toHaveLength(1);
    expect(run.status.events[0]).toMatchObject({ frame: 41, action: 'kill', target: 'db#1' });
  });
});

describe('returning', () => {
  it('spreads pages over a growing window of at most 15 s', () => {
    expect(retryDelay(1, () => 1)).toBe(500);
    expect(retryDelay(3, () => 1)).toBe(2_000);
    expect(retryDelay(50, () => 1)).toBe(15_000);
    expect(retryDelay(50, () => 0)).toBe(0);
  });

  it('is given up only when the server said so', () => {
    expect([4401, 4403, 4404].every(isFinal)).toBe(true);
    expect([1006, 1012, 4408, 4429].some(isFinal)).toBe(false);
  });
});
