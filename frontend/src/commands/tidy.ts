import { applyEdits, currentKinds, useDrawingState } from '../editor/drawing';
import { flyTo, glide, useView } from '../editor/view';
import { call } from '../features/call';
import { useLanguage } from '../i18n/language';
import { i18nFor } from '../i18n/useI18n';
import { bounds } from '../model/geometry';
import { layoutEdits, layoutQuestion, type Places } from '../model/layout';
import { descendants } from '../model/nesting';
import { useNotices } from '../ui/Notices';
import { command, hasNodes } from './command';

/** Lays out the selection where it stands, or all. The places come from the server, which lays out imports and templates, too. */
async function tidyUp(): Promise<void> {
  const drawing = useDrawingState.getState();
  const { selectedNodes } = useView.getState();
  const some = selectedNodes.size > 1 ? new Set([...selectedNodes, ...descendants(drawing.nodes, selectedNodes)]) : null;
  const nodes = [...drawing.nodes.values()].filter(({ id }) => some === null || some.has(id));
  const around = bounds(nodes.flatMap(({ id }) => drawing.rects.get(id) ?? []));
  const { places } = await call<{ places: Places }>('POST', '/api/v1/layouts', layoutQuestion(nodes, drawing.edges.values()));
  const now = useDrawingState.getState();
  if (now.designId !== drawing.designId) return;
  const origin = some === null || !around ? { x: 0, y: 0 } : around;
  const isContainer = (kind: string): boolean => currentKinds().node.get(kind)?.container ?? false;
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
