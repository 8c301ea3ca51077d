import { applyEdits, currentKinds, settle, showAt, useDrawingState } from '../editor/drawing';
import { flyTo, glide, useView } from '../editor/view';
import { call } from '../features/call';
import { useLanguage } from '../i18n/language';
import { i18nFor } from '../i18n/useI18n';
import { bounds } from '../model/geometry';
import { layoutEdits, layoutQuestion } from '../model/layout';
import { descendants } from '../model/nesting';
import type { Places } from '../model/places';
import type { Edge, Node } from '../model/types';
import { useNotices } from '../ui/Notices';
import { command, hasNodes } from './command';

/** Where the nodes would stand in good order. The places come from the server, which lays out imports and templates, too. */
async function askPlaces(nodes: readonly Node[], edges: Iterable<Edge>): Promise<Places> {
  const { places } = await call<{ places: Places }>('POST', '/api/v1/layouts', layoutQuestion(nodes, edges));
  return places;
}

function isContainer(kind: string): boolean {
  return currentKinds().node.get(kind)?.container ?? false;
}

/** Lays out a drawing that was never laid out: for good where one may edit it, else only for showing. */
export async function layOutFirst(): Promise<void> {
  const { designId, nodes, edges, scope } = useDrawingState.getState();
  const places = await askPlaces([...nodes.values()], edges.values()).catch((): Places => ({}));
  const now = useDrawingState.getState();
  if (now.designId !== designId || now.placed) return;
  if (scope === 'edit') settle(layoutEdits(places, { x: 0, y: 0 }, now.nodes, now.rects, isContainer));
  if (!useDrawingState.getState().placed) showAt(places);
}

/** Lays out the selection where it stands, or all. */
async function tidyUp(): Promise<void> {
  const drawing = useDrawingState.getState();
  const { selectedNodes } = useView.getState();
  const some = selectedNodes.size > 1 ? new Set([...selectedNodes, ...descendants(drawing.nodes, selectedNodes)]) : null;
  const nodes = [...drawing.nodes.values()].filter(({ id }) => some === null || some.has(id));
  const around = bounds(nodes.flatMap(({ id }) => drawing.rects.get(id) ?? []));
  const places = await askPlaces(nodes, drawing.edges.values());
  const now = useDrawingState.getState();
  if (now.designId !== drawing.designId) return;
  const origin = some === null || !around ? { x: 0, y: 0 } : around;
  glide(() => applyEdits(layoutEdits(places, origin, now.nodes, now.rects, isContainer)));
  if (some === null) flyTo(useDrawingState.getState().rects.values());
}

export const tidy = command({
  id: 'tidy',
  group: 'arrange',
  keys: ['Mod+Shift+L'],
  icon: 'tidy',
  edits: true,
  available: hasNodes,
  run: () => {
    tidyUp().catch((error: unknown) => {
      const { t } = i18nFor(useLanguage.getState().language);
      useNotices.getState().show('error', t('tidy.failed', { why: error instanceof Error ? error.message : String(error) }));
    });
  },
});
