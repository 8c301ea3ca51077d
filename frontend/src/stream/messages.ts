/** What the run's socket says (contract section 6), as far as the page relies on it. Unknown members are kept out, unknown types ignored. */

export type Group = 'nodes' | 'edges' | 'flows';
type ColumnType = 'u16' | 'f64';

export interface Column {
  readonly group: Group;
  readonly name: string;
  readonly type: ColumnType;
}

export type RunState = 'queued' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled';

export interface Hello {
  readonly type: 'hello';
  readonly run: Readonly<Record<string, unknown>> & { readonly id: string; readonly state?: string };
  readonly scenario: Readonly<Record<string, unknown>>;
  readonly nodes: readonly string[];
  readonly edges: readonly string[];
  readonly flows: readonly string[];
  readonly columns: readonly Column[];
  readonly return_within_s?: number;
}

type JsonColumns = Readonly<Record<string, readonly (number | null)[]>>;

export interface FrameMessage {
  readonly type: 'frame';
  readonly n: number;
  readonly t_s: number;
  readonly nodes: JsonColumns;
  readonly edges: JsonColumns;
  readonly flows: JsonColumns;
}

/** An action of the run that took effect, scripted or live. */
export interface EventMessage {
  readonly type: 'event';
  readonly n?: number;
  readonly frame?: number;
  readonly t_s?: number;
  readonly at_s?: number;
  readonly action?: string;
  readonly target?: string | null;
  readonly [member: string]: unknown;
}

interface AckMessage {
  readonly type: 'ack';
  readonly id: number | string;
  readonly frame: number;
}

interface StateMessage {
  readonly type: 'state';
  readonly state: RunState;
  readonly speed?: number | null;
}

interface EndMessage {
  readonly type: 'end';
  readonly state: 'done' | 'failed' | 'cancelled';
  readonly reason?: string | null;
}

interface HeartbeatMessage {
  readonly type: 'heartbeat';
  readonly return_within_s?: number;
  readonly n?: number;
}

interface ErrorMessage {
  readonly type: 'error';
  readonly id?: number | string | null;
  readonly code: string;
  readonly detail: string;
}

export type ServerMessage =
  | Hello
  | FrameMessage
  | EventMessage
  | AckMessage
  | StateMessage
  | EndMessage
  | HeartbeatMessage
  | ErrorMessage;

const KNOWN: ReadonlySet<string> = new Set(['hello', 'frame', 'event', 'ack', 'state', 'end', 'heartbeat', 'error']);

/** The message in a text frame, or null when it is of a type that this page does not know (skipped, never fatal). */
export function parseMessage(text: string): ServerMessage | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const type = (value as { type?: unknown }).type;
  return typeof type === 'string' && KNOWN.has(type) ? (value as ServerMessage) : null;
}
