import { applyEdits, currentKinds, useDrawingState } from '../editor/drawing';
import { currentCamera, select, useView } from '../editor/view';
import { documentIn, excerpt, pasteEdits } from '../model/clipboard';
import type { Point, Topology } from '../model/types';
import { command, hasSelection } from './command';
import { removeSelected } from './remove';

const SHIFT = 32;

/** What was copied here last, and how often it was pasted since: each copy is shifted a little more. */
let last = { text: '', pasted: 0 };

/** The selection as text for the clipboard; empty where nothing is selected. */
export function copiedText(): string {
  const { selectedNodes } = useView.getState();
  if (selectedNodes.size === 0) return '';
  const text = JSON.stringify(excerpt(useDrawingState.getState(), selectedNodes), null, 2);
  last = { text, pasted: 0 };
  return text;
}

/** Adds what a text holds to the drawing; false where it holds no document. */
export function pasteText(text: string): boolean {
  const topology = documentIn(text);
  if (!topology) return false;
  if (text === last.text) {
    last.pasted += 1;
    place(topology, { shift: { x: SHIFT * last.pasted, y: SHIFT * last.pasted } });
  } else {
    const at = currentCamera()?.middle() ?? { x: 0, y: 0 };
    last = { text, pasted: 0 };
    place(topology, { at });
  }
  return true;
}

function place(topology: Topology, to: { readonly at: Point } | { readonly shift: Point }): void {
  const { edits, nodes } = pasteEdits(useDrawingState.getState(), topology, to, (kind) => currentKinds().node.has(kind));
  applyEdits(edits);
  select(nodes);
}

async function write(text: string): Promise<void> {
  // Where the page may not write (no permission, plain HTTP), pasting within it still works.
  await globalThis.navigator.clipboard?.writeText(text).catch(() => undefined);
}

async function read(): Promise<string> {
  const text = await globalThis.navigator.clipboard?.readText().catch(() => '');
  return text && documentIn(text) ? text : last.text;
}

export const copy = command({
  id: 'copy',
  group: 'edit',
  keys: ['Mod+C'],
  icon: 'copy',
  ownEvent: true,
  available: hasSelection,
  run: () => void write(copiedText()),
});

export const cut = command({
  id: 'cut',
  group: 'edit',
  keys: ['Mod+X'],
  edits: true,
  ownEvent: true,
  available: hasSelection,
  run: () => {
    void write(copiedText());
    removeSelected();
  },
});

export const paste = command({
  id: 'paste',
  group: 'edit',
  keys: ['Mod+V'],
  edits: true,
  ownEvent: true,
  run: () => void read().then(pasteText),
});

export const duplicate = command({
  id: 'duplicate',
  group: 'edit',
  keys: ['Mod+D'],
  edits: true,
  available: hasSelection,
  run: () => {
    const drawing = useDrawingState.getState();
    place(excerpt(drawing, useView.getState().selectedNodes), { shift: { x: SHIFT, y: SHIFT } });
  },
});
