import * as encoding from 'lib0/encoding';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as Y from 'yjs';
import { Connection, type SaveState } from './connection';
import { LivingDoc } from './livingDoc';

/** A socket whose other end is the test. */
class FakeSocket {
  static readonly OPEN = 1;
  static last: FakeSocket;
  readonly OPEN = 1;
  readyState = 0;
  binaryType = '';
  readonly sent: Uint8Array[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;

  constructor() {
    FakeSocket.last = this;
  }

  send(data: Uint8Array): void {
    this.sent.push(data);
  }

  close(): void {
    this.readyState = 3;
  }

  /** Opens, and synchronises with a server that has nothing. */
  open(): void {
    this.readyState = 1;
    this.onopen?.();
    this.say(0, 0, Y.encodeStateVector(new Y.Doc()));
    this.say(0, 1, Y.encodeStateAsUpdate(new Y.Doc()));
  }

  say(type: number, step: number, data: Uint8Array): void {
    this.tell((encoder) => {
      encoding.writeVarUint(encoder, type);
      encoding.writeVarUint(encoder, step);
      encoding.writeVarUint8Array(encoder, data);
    });
  }

  saved(received: number): void {
    this.says({ type: 'saved', version: 1, received });
  }

  says(message: object): void {
    this.tell((encoder) => {
      encoding.writeVarUint(encoder, 4);
      encoding.writeVarString(encoder, JSON.stringify(message));
    });
  }

  drop(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code, reason: '' });
  }

  private tell(write: (encoder: encoding.Encoder) => void): void {
    const encoder = encoding.createEncoder();
    write(encoder);
    this.onmessage?.({ data: encoding.toUint8Array(encoder).slice().buffer });
  }
}

describe('whether the design is saved', () => {
  let states: SaveState[];
  let doc: LivingDoc;
  let connection: Connection;
  const listeners = new Map<string, () => void>();
  const network = { onLine: true };
  const edit = (id: string) => doc.apply([{ type: 'set', in: 'nodes', id, members: { kind: 'cache' } }]);
  const now = () => states.at(-1);

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('location', { protocol: 'http:', host: 'here' });
    vi.stubGlobal('addEventListener', (name: string, listener: () => void) => listeners.set(name, listener));
    vi.stubGlobal('removeEventListener', () => undefined);
    vi.stubGlobal('navigator', Object.assign(network, { onLine: true }));
    states = [];
    doc = new LivingDoc();
    const events = { onState: (state: SaveState) => states.push(state), onPeople: () => undefined, onReady: () => undefined, onRefused: () => undefined };
    connection = new Connection(doc, 'design', false, events, FakeSocket as unknown as typeof WebSocket);
  });

  afterEach(() => {
    connection.destroy();
    vi.useRealTimers();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  it('is told only when the server has committed the last of several edits', () => {
    const socket = FakeSocket.last;
    socket.open();
    socket.saved(1); // the answer to the server's first question
    expect(now()).toBe('saved');
    edit('one');
    edit('two');
    expect(now()).toBe('saving');
    socket.saved(2);
    expect(now()).toBe('saving');
    socket.saved(3);
    expect(now()).toBe('saved');
  });

  it('is in doubt again after a lost connection, until what was made offline is committed', () => {
    FakeSocket.last.open();
    FakeSocket.last.saved(1);
    edit('one');
    FakeSocket.last.drop();
    expect(now()).toBe('kept');
    edit('two');
    const before = FakeSocket.last;
    vi.advanceTimersByTime(10_000);
    expect(FakeSocket.last).not.toBe(before);
    FakeSocket.last.open();
    expect(now()).not.toBe('saved');
    FakeSocket.last.saved(1);
    expect(now()).toBe('saved');
  });

  it('is said to be late when the server is silent', () => {
    FakeSocket.last.open();
    FakeSocket.last.saved(1);
    edit('one');
    vi.advanceTimersByTime(11_000);
    expect(now()).toBe('late');
  });

  it('is kept here without a network, where the server does not acknowledge it all the same', () => {
    network.onLine = false;
    FakeSocket.last.open();
    FakeSocket.last.saved(1);
    expect(now()).toBe('saved');
    edit('one');
    expect(now()).toBe('saving');
    FakeSocket.last.saved(2); // a server on this machine
    expect(now()).toBe('saved');
    edit('two');
    vi.advanceTimersByTime(3_000);
    expect(now()).toBe('kept');
    network.onLine = true;
    FakeSocket.last.saved(3);
    expect(now()).toBe('saved');
  });

  it('is asked at once when the network is back', () => {
    const first = FakeSocket.last;
    first.open();
    first.says({ type: 'hello', return_within_s: 60 });
    first.drop();
    listeners.get('online')?.();
    expect(FakeSocket.last).not.toBe(first);
  });

  it('is no question while nothing was changed', () => {
    FakeSocket.last.open();
    FakeSocket.last.saved(1);
    FakeSocket.last.drop();
    expect(now()).toBe('offline');
  });

  it('is asked of the server again within the time that it told, not when everybody asks', () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const first = FakeSocket.last;
    first.open();
    first.says({ type: 'hello', return_within_s: 12 });
    first.drop(1012);
    vi.advanceTimersByTime(5_900);
    expect(FakeSocket.last).toBe(first);
    vi.advanceTimersByTime(200);
    expect(FakeSocket.last).not.toBe(first);
  });

  it('is asked no more once the server had its last word', () => {
    const first = FakeSocket.last;
    first.open();
    first.drop(4403);
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.last).toBe(first);
    expect(now()).toBe('refused');
  });
});
