import type { Column, FrameMessage, Group, Hello } from './messages';

/** One frame of a run: columns of numbers in the order of `hello`; NaN where a figure does not exist. */
export interface Frame {
  readonly n: number;
  readonly t_s: number;
  readonly nodes: ReadonlyMap<string, Float64Array>;
  readonly edges: ReadonlyMap<string, Float64Array>;
  readonly flows: ReadonlyMap<string, Float64Array>;
}

/** Bytes that cannot be a frame of this run. */
export class FrameError extends Error {}

const VERSION = 1;
const FRAME = 1;
const HEADER = 16;
const ALIGNMENT = 8;
const MISSING = 0xffff;

const aligned = (offset: number): number => Math.ceil(offset / ALIGNMENT) * ALIGNMENT;

/**
 * A binary frame: little-endian header (u8 version, u8 type, u16 0, u32 n, f64 t_s), then the columns of `hello`,
 * each at a multiple of 8 bytes: `u16` with an f32 scale before it (65535 is NaN), or `f64`.
 */
export function decodeFrame(buffer: ArrayBuffer, hello: Hello): Frame {
  if (buffer.byteLength < HEADER) throw new FrameError(`a frame has at least ${HEADER} bytes, not ${buffer.byteLength}`);
  const view = new DataView(buffer);
  if (view.getUint8(0) !== VERSION) throw new FrameError(`frame version ${view.getUint8(0)}, this page reads ${VERSION}`);
  if (view.getUint8(1) !== FRAME) throw new FrameError(`binary message of type ${view.getUint8(1)}, expected ${FRAME}`);
  const frame = emptyFrame(view.getUint32(4, true), view.getFloat64(8, true));
  let offset = HEADER;
  for (const column of hello.columns) {
    offset = aligned(offset);
    const count = hello[column.group].length;
    const size = column.type === 'u16' ? 8 + 2 * count : 8 * count;
    if (offset + size > buffer.byteLength) {
      throw new FrameError(`column ${column.group}.${column.name} ends at ${offset + size} of ${buffer.byteLength} bytes`);
    }
    const values = column.type === 'u16' ? scaled(view, offset, count) : plain(view, offset, count);
    frame[column.group].set(column.name, values);
    offset += size;
  }
  return frame;
}

/** The same frame from its JSON form, where null stands for NaN. */
export function readFrame(message: FrameMessage, hello: Hello): Frame {
  const frame = emptyFrame(message.n, message.t_s);
  for (const column of hello.columns) {
    const source = message[column.group]?.[column.name];
    if (!source) continue;
    frame[column.group].set(
      column.name,
      Float64Array.from(source, (value) => value ?? Number.NaN),
    );
  }
  return frame;
}

/** A column of a frame, or null when the run does not report it. */
export function column(frame: Frame, group: Group, name: Column['name']): Float64Array | null {
  return frame[group].get(name) ?? null;
}

interface MutableFrame extends Frame {
  readonly nodes: Map<string, Float64Array>;
  readonly edges: Map<string, Float64Array>;
  readonly flows: Map<string, Float64Array>;
}

function emptyFrame(n: number, t_s: number): MutableFrame {
  return { n, t_s, nodes: new Map(), edges: new Map(), flows: new Map() };
}

function scaled(view: DataView, offset: number, count: number): Float64Array {
  const scale = view.getFloat32(offset, true);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const raw = view.getUint16(offset + 8 + 2 * i, true);
    values[i] = raw === MISSING ? Number.NaN : raw * scale;
  }
  return values;
}

function plain(view: DataView, offset: number, count: number): Float64Array {
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = view.getFloat64(offset + 8 * i, true);
  return values;
}
