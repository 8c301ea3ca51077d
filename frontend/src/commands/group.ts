import { applyEdits, useDrawingState } from '../editor/drawing';
import { select, useView } from '../editor/view';
import type { Edit } from '../model/edits';
import { bounds } from '../model/geometry';
import { freshId } from '../model/ids';
import { PADDING, placeEdit, TITLE, topmost } from '../model/nesting';
import { command, hasSelection } from './command';

const KIND = 'zone';

/** Draws a zone around the selection and puts it in. */
export const group = command({
  id: 'group',
  group: 'arrange',
  keys: ['Mod+G'],
  icon: 'layers',
  edits: true,
  available: hasSelection,
  run: () => {
    const { nodes, rects } = useDrawingState.getState();
    const members = topmost(nodes, useView.getState().selectedNodes);
    const around = bounds(members.flatMap((id) => rects.get(id) ?? []));
    if (!around) return;
    const parents = new Set(members.map((id) => nodes.get(id)?.parent));
    // All of one container: the new one lies in it, too.
    const parent = parents.size === 1 ? [...parents][0] : undefined;
    const id = freshId(KIND, nodes);
    const rect = {
      x: around.x - PADDING,
      y: around.y - PADDING - TITLE,
      width: around.width + 2 * PADDING,
      height: around.height + 2 * PADDING + TITLE,
    };
    const origin = (parent === undefined ? undefined : rects.get(parent)) ?? { x: 0, y: 0 };
    const zone: Edit = {
      type: 'set',
      in: 'nodes',
      id,
      members: {
        kind: KIND,
        position: { x: rect.x - origin.x, y: rect.y - origin.y },
        size: { width: rect.width, height: rect.height },
        ...(parent === undefined ? {} : { parent }),
      },
    };
    const within = new Map(rects).set(id, rect);
    applyEdits([
      zone,
      ...members.flatMap((member) => {
        const at = rects.get(member);
        return at ? [placeEdit(nodes, within, member, at, id)] : [];
      }),
    ]);
    select([id]);
  },
});
