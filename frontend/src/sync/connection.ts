import * as decoding from 'lib0/decoding';
import { IndexeddbPersistence } from 'y-indexeddb';
import { WebsocketProvider } from 'y-websocket';
import type { LivingDoc } from './livingDoc';

/** `kept`: not on the server, but in this browser; it is sent as soon as there is a connection again. */
export type SaveState = 'loading' | 'saved' | 'saving' | 'late' | 'kept' | 'refused';

export interface Person {
  readonly id: number;
  readonly name: string;
  readonly color: string;
  readonly cursor?: { readonly x: number; readonly y: number } | null;
  readonly selection?: readonly string[];
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
const TELL_MS = 50;
const COLORS = ['#2756d6', '#b3541e', '#0f7a4d', '#9333a8', '#b3263f', '#0e7490', '#7a6a00'];

/** Keeps a LivingDoc in step with the server and with this browser's own store. */
export class Connection {
  private presence: Partial<Omit<Person, 'id'>> = {};
  private told: Partial<Omit<Person, 'id'>> = this.presence;
  private telling: ReturnType<typeof setTimeout> | undefined;
  private readonly store: IndexeddbPersistence | null;
  private readonly provider: WebsocketProvider;
  private pending = 0;
  private since = 0;
  private refused = false;
  private synced = false;
  private readonly clock: ReturnType<typeof setInterval>;

  constructor(
    doc: LivingDoc,
    designId: string,
    readOnly: boolean,
    private readonly events: ConnectionEvents,
  ) {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    this.store = readOnly || !globalThis.indexedDB ? null : new IndexeddbPersistence(`linchpin:${designId}`, doc.ydoc);
    this.provider = new WebsocketProvider(`${scheme}://${location.host}/ws/v1/designs`, `${designId}/`, doc.ydoc, {
      disableBc: true,
      maxBackoffTime: 8000,
    });
    this.provider.messageHandlers[CUSTOM] = (_encoder, decoder) => this.hear(decoding.readVarString(decoder));
    this.provider.on('sync', (synced: boolean) => {
      this.synced = synced;
      if (synced) events.onReady();
      this.report();
    });
    this.provider.on('status', () => this.report());
    this.provider.on('connection-close', (event: CloseEvent | null) => this.closed(event));
    this.provider.awareness.on('change', () => this.report());
    this.provider.awareness.on('change', () => this.tellPeople());
    doc.ydoc.on('update', (_update: Uint8Array, origin: unknown) => {
      if (origin === this.provider || origin === this.store) return;
      if (this.pending === 0) this.since = Date.now();
      this.pending += 1;
      this.report();
    });
    this.clock = setInterval(() => this.report(), 1000);
    addEventListener('beforeunload', this.warn);
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
    removeEventListener('beforeunload', this.warn);
    this.provider.destroy();
    void this.store?.destroy();
  }

  private readonly warn = (event: BeforeUnloadEvent): void => {
    const state = this.state();
    if (state === 'late' || (state === 'kept' && !this.store)) event.preventDefault();
  };

  private state(): SaveState {
    if (this.refused) return 'refused';
    if (!this.provider.wsconnected) return this.synced || this.pending > 0 ? 'kept' : 'loading';
    if (!this.synced) return 'loading';
    if (this.pending === 0) return 'saved';
    return Date.now() - this.since > LATE_MS ? 'late' : 'saving';
  }

  private report(): void {
    this.events.onState(this.state());
  }

  private hear(text: string): void {
    const message = JSON.parse(text) as { type: string; reason?: string; detail?: string };
    if (message.type === 'saved') this.pending = 0;
    else if (message.type === 'denied' || message.type === 'reload') {
      this.refused = true;
      this.events.onRefused(message.reason ?? message.detail ?? '');
    }
    this.report();
  }

  private closed(event: CloseEvent | null): void {
    this.synced = false;
    if (event && event.code >= 4400 && event.code < 4500) {
      this.refused = true;
      this.events.onRefused(event.reason);
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
