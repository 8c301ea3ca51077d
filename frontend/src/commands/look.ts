import { useDrawingState } from '../editor/drawing';
import { currentCamera, flyTo, useView } from '../editor/view';
import { command, hasAnySelection, hasNodes } from './command';

const STEP = 1.25;

export const zoomIn = command({
  id: 'zoom_in',
  group: 'view',
  keys: ['Mod+=', 'Mod++', '+', '='],
  icon: 'zoom',
  run: () => currentCamera()?.zoomBy(STEP),
});

export const zoomOut = command({
  id: 'zoom_out',
  group: 'view',
  keys: ['Mod+-', '-'],
  run: () => currentCamera()?.zoomBy(1 / STEP),
});

export const zoomReset = command({
  id: 'zoom_reset',
  group: 'view',
  keys: ['Mod+0'],
  run: () => currentCamera()?.zoomTo(1),
});

export const fit = command({
  id: 'fit',
  group: 'view',
  keys: ['Shift+1'],
  icon: 'fit',
  available: hasNodes,
  run: () => flyTo(useDrawingState.getState().rects.values()),
});

export const fitSelection = command({
  id: 'fit_selection',
  group: 'view',
  keys: ['Shift+2'],
  available: hasAnySelection,
  run: () => {
    const { rects, edges } = useDrawingState.getState();
    const { selectedNodes, selectedEdges } = useView.getState();
    const ends = [...selectedEdges].flatMap((id) => {
      const edge = edges.get(id);
      return edge ? [edge.source, edge.target] : [];
    });
    flyTo([...selectedNodes, ...ends].flatMap((id) => rects.get(id) ?? []));
  },
});

export const toolSelect = command({
  id: 'tool_select',
  group: 'view',
  keys: ['V'],
  icon: 'arrow',
  run: () => useView.setState({ tool: 'select', connectFrom: null }),
});

export const toolPan = command({
  id: 'tool_pan',
  group: 'view',
  keys: ['H'],
  icon: 'hand',
  run: () => useView.setState({ tool: 'pan', connectFrom: null }),
});
