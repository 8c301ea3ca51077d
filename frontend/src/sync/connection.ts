import * as decoding from 'lib0/decoding';
import { IndexeddbPersistence } from 'y-indexeddb';
import { WebsocketProvider } from 'y-websocket';
import type { LivingDoc } from './livingDoc';
import { isFinal, retryDelay } from '../stream/backoff';
import { Outgoing } from './outgoing';

interface Told {
  readonly type: string;
  readonly received?: number;
  readonly reason?: string;
  readonly detail?: string;
  readonly return_within_s?: number;
}

/**
 * `kept`: not on the server, but in this browser; it is sent as soon as there is a connection again.
 * `offline`: there is no connection, and nothing that the server does not have.
 */
export type SaveState = 'loading' | 'saved' | 'saving' | 'late' | 'kept' | 'offline' | 'refused';

export interface Person {
  readonly id: number;
  readonly name: string;
  readonly color: string;
  readonly cursor?: { readonly x: number; readonly y: number } | null;
  readonly selection?: readonly string[];
  /** What is being dragged, where it would lie: id, x, y of each. */
  readonly drag?: readonly (readonly [string, number, number])[] | null;
}

export interface ConnectionEvents {
  readonly onState: (state: SaveState) => void;
  readonly onPeople: (people: readonly Person[]) => void;
  readonly onReady: () => void;
  /** The server said why: an edit was denied, the page is too old, the right was taken away. */
  readonly onRefused: (reason: string) => void;
}

const CUSTOM = 4;
const LATE_MS = 10_000;
/** Without a network nothing that is not acknowledged by then will be soon; a server on this machine acknowledges at once. */
const UNANSWERED_MS = 1_500;
const TELL_MS = 50;
const COLORS = ['#2756d6', '#b3541e', '#0f7a4d', '#9333a8', '#b3263f', '#0e7490', '#7a6a00'];

/** Keeps a LivingDoc in step with the server and with this browser's own store. */
export class Connection {
  private presence: Partial<Omit<Person, 'id'>> = {};
  private told: Partial<Omit<Person, 'id'>> = this.presence;
  private telling: ReturnType<typeof setTimeout> | undefined;
  private readonly store: IndexeddbPersistence | null;
  private readonly provider: WebsocketProvider;
  private readonly outgoing = new Outgoing(() => this.report());
  /** Something was changed here since the server had everything. */
  private changed = false;
  private refused = false;
  private synced = false;
  private opened = false;
  private failures = 0;
  private told_ms: number | undefined;
  private returning: ReturnType<typeof setTimeout> | undefined;
  private readonly clock: ReturnType<typeof setInterval>;

  constructor(
    doc: LivingDoc,
    designId: string,
    private readonly readOnly: boolean,
    private readonly events: ConnectionEvents,
    socket: typeof WebSocket = WebSocket,
  ) {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    this.store = readOnly || !globalThis.indexedDB ? null : new IndexeddbPersistence(`linchpin:${designId}`, doc.ydoc);
    this.provider = new WebsocketProvider(`${scheme}://${location.host}/ws/v1/designs`, `${designId}/`, doc.ydoc, {
      disableBc: true,
      WebSocketPolyfill: this.outgoing.counting(socket),
    });
    this.provider.messageHandlers[CUSTOM] = (_encoder, decoder) => this.hear(decoding.readVarString(decoder));
    this.provider.on('sync', (synced: boolean) => {
      this.synced = synced;
      if (synced) {
        this.opened = true;
        this.failures = 0;
        events.onReady();
      }
      this.report();
    });
    this.provider.on('status', () => this.report());
    this.provider.on('connection-close', (event: CloseEvent | null) => this.closed(event));
    this.provider.awareness.on('change', ({ added, updated, removed }: Record<'added' | 'updated' | 'removed', number[]>) => {
      const own = this.provider.awareness.clientID;
      if ([...added, ...updated, ...removed].some((id) => id !== own)) this.tellPeople();
      this.report();
    });
    doc.ydoc.on('update', (_update: Uint8Array, origin: unknown) => {
      if (origin === this.provider || origin === this.store) return;
      this.changed = true;
      this.report();
    });
    this.clock = setInterval(() => this.report(), 1000);
    addEventListener('beforeunload', this.warn);
    addEventListener('online', this.comeBack);
  }

  /** Who am I to the others, and where: told at most twenty times a second. */
  present(person: Partial<Omit<Person, 'id'>>): void {
    this.presence = { ...this.presence, ...person };
    if (this.telling) return;
    this.tell();
    this.telling = setTimeout(() => {
      this.telling = undefined;
      this.tell();
    }, TELL_MS);
  }

  private tell(): void {
    if (this.told === this.presence) return;
    this.told = this.presence;
    const color = COLORS[this.provider.awareness.clientID % COLORS.length];
    this.provider.awareness.setLocalState({ color, ...this.presence });
  }

  /** A number that tells guests apart. */
  get number(): number {
    return (this.provider.awareness.clientID % 99) + 1;
  }

  destroy(): void {
    clearInterval(this.clock);
    clearTimeout(this.telling);
    clearTimeout(this.returning);
    removeEventListener('beforeunload', this.warn);
    removeEventListener('online', this.comeBack);
    this.provider.destroy();
    void this.store?.destroy();
  }

  private readonly warn = (event: BeforeUnloadEvent): void => {
    const state = this.state();
    if (state === 'late' || state === 'kept') event.preventDefault();
  };

  /** The network is there again: no need to wait for the next try. */
  private readonly comeBack = (): void => {
    if (this.refused || this.provider.wsconnected || this.provider.wsconnecting) return;
    clearTimeout(this.returning);
    this.provider.connect();
  };

  private state(): SaveState {
    if (this.refused) return 'refused';
    if (!this.provider.wsconnected) return this.changed ? 'kept' : this.opened ? 'offline' : 'loading';
    if (!this.synced) return this.changed ? 'saving' : 'loading';
    if (this.readOnly || this.outgoing.settled) return 'saved';
    const waited = Date.now() - this.outgoing.since;
    if (!navigator.onLine && this.changed && waited > UNANSWERED_MS) return 'kept';
    if (waited > LATE_MS) return 'late';
    return this.changed ? 'saving' : 'loading';
  }

  private report(): void {
    if (this.synced && this.provider.wsconnected && this.outgoing.settled) this.changed = false;
    this.events.onState(this.state());
  }

  private hear(text: string): void {
    const message = JSON.parse(text) as Told;
    if (message.return_within_s !== undefined) this.told_ms = 1000 * message.return_within_s;
    if (message.type === 'saved') this.outgoing.acknowledge(message.received ?? 0);
    else if (message.type === 'denied' || message.type === 'reload') {
      this.refused = true;
      this.events.onRefused(message.reason ?? message.detail ?? '');
    }
    this.report();
  }

  private closed(event: CloseEvent | null): void {
    this.synced = false;
    this.provider.shouldConnect = false; // the provider itself would come back at once, as all others
    if (event && isFinal(event.code)) {
      this.refused = true;
      this.events.onRefused(event.reason);
    } else {
      this.failures += 1;
      clearTimeout(this.returning);
      this.returning = setTimeout(() => this.provider.connect(), retryDelay(this.failures, Math.random, this.told_ms));
    }
    this.report();
  }

  private tellPeople(): void {
    const own = this.provider.awareness.clientID;
    const people: Person[] = [];
    for (const [id, state] of this.provider.awareness.getStates()) {
      if (id !== own && state['name']) people.push({ id, ...(state as Omit<Person, 'id'>) });
    }
    this.events.onPeople(people);
  }
}
