import { menuItems } from '../commands/menu';
import { startAdding } from '../commands/insert';
import { live as figures } from '../canvas/overlay';
import { useDrawingState } from '../editor/drawing';
import { currentCamera } from '../editor/view';
import { actionsFor, type Action } from '../features/runs/actions';
import { isActive, useCurrentRun } from '../features/runs/current';
import { useAct } from '../features/runs/useAct';
import { useActions } from '../features/runs/useActions';
import { useTargets } from '../features/runs/useTargets';
import { useI18n } from '../i18n/useI18n';
import type { Point } from '../model/types';
import { Menu, type MenuItem } from '../ui/Menu';

export interface MenuPlace {
  readonly at: Point;
  readonly node: string | null;
  readonly edge: string | null;
}

/** What can be done with the thing under the pointer; during a run first of all what can be done to it. */
export function ContextMenu({ place, onClose }: { readonly place: MenuPlace; readonly onClose: () => void }) {
  const { t } = useI18n();
  const editable = useDrawingState((state) => state.scope === 'edit');
  const live = useLiveItems(place.node ?? place.edge);
  const add: MenuItem = {
    id: 'add-here',
    label: t('canvas.add_here'),
    icon: 'add',
    run: () => {
      const at = currentCamera()?.toCanvas(place.at);
      startAdding(at ? { at } : {});
    },
  };
  const groups =
    place.node !== null
      ? [live, menuItems(['rename', 'connect'], t), menuItems(['cut', 'copy', 'duplicate', 'group'], t), menuItems(['delete'], t)]
      : place.edge !== null
        ? [live, menuItems(['delete'], t)]
        : [editable ? [add] : [], menuItems(['paste', 'select_all'], t), menuItems(['tidy', 'fit'], t)];
  return <Menu label={t('ui.more')} at={place.at} groups={groups} onClose={onClose} />;
}

/** Actions of the running simulation that need no number, and doubling of the traffic. */
function useLiveItems(id: string | null): MenuItem[] {
  const { of, t } = useI18n();
  const running = useCurrentRun(({ status }) => isActive(status));
  const mayRun = useDrawingState((state) => state.scope !== 'view');
  const act = useAct();
  const actions = useActions();
  const target = useTargets().find((each) => each.id === id);
  if (!running || !mayRun || !target) return [];
  const usable = actionsFor(actions, target).filter((action) => changesAnything(action.id, target.id));
  const plain = usable.filter(needsNothing).map(
    (action): MenuItem => ({
      id: action.id,
      label: of(action.title),
      icon: action.id === 'kill' ? 'kill' : 'flow',
      danger: action.id === 'kill',
      run: () => act({ action: action.id, target: target.id }),
    }),
  );
  const slow = usable.some((action) => action.id === 'slow');
  const traffic = usable.some((action) => action.id === 'traffic');
  return [
    ...plain,
    ...(slow ? [{ id: 'slow', label: t('canvas.slow'), icon: 'flow' as const, run: () => act({ action: 'slow', target: target.id, factor: 2 }) }] : []),
    ...(traffic ? [{ id: 'traffic', label: t('canvas.double'), icon: 'flow' as const, run: () => act({ action: 'traffic', target: target.id, factor: 2 }) }] : []),
  ];
}

/** What is down cannot be killed, and what is all up not be revived. */
function changesAnything(action: string, id: string): boolean {
  const up = figures.node(id)?.up;
  const replicas = useDrawingState.getState().nodes.get(id)?.replicas ?? 1;
  if (up === undefined) return true;
  return action === 'kill' ? up > 0 : action !== 'revive' || up < replicas;
}

function needsNothing(action: Action): boolean {
  return action.params.length === 0;
}
