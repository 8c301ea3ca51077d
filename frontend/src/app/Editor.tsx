import { useCallback, useEffect, useState } from 'react';
import { Canvas } from '../canvas/Canvas';
import { setPage } from '../commands/design';
import { insertNode, startAdding } from '../commands/insert';
import { listenToKeys } from '../commands/keyboard';
import { Overlays } from '../commands/Overlays';
import { layOutFirst } from '../commands/tidy';
import { useDrawingState, useKindsState } from '../editor/drawing';
import { flyTo } from '../editor/view';
import { useAnalysing } from '../features/findings/useAnalysing';
import { useCurrentRun } from '../features/runs/current';
import { FileDrop } from '../features/imports/FileDrop';
import { RUN_EVENT } from '../features/runs/RunButton';
import { RunDock } from '../features/runs/RunDock';
import { useI18n } from '../i18n/useI18n';
import { CARD } from '../model/geometry';
import type { Point } from '../model/types';
import { useNotices } from '../ui/Notices';
import { ContextMenu, type MenuPlace } from './ContextMenu';
import { EmptyCanvas } from './EmptyCanvas';
import { LeftPanel, RightPanel, Sheets } from './Panels';
import { Tools } from './Tools';
import { TopBar } from './TopBar';
import { usePresence } from './usePresence';
import styles from './app.module.css';

interface EditorProps {
  readonly shared?: boolean;
  readonly compact?: boolean;
}

/** The drawing with everything around it. */
export function Editor({ shared = false, compact = false }: EditorProps) {
  const { t } = useI18n();
  const designId = useDrawingState((state) => state.designId);
  const name = useDrawingState((state) => state.topology.name);
  const empty = useDrawingState((state) => state.ready && state.nodes.size === 0 && state.scope === 'edit');
  const editable = useDrawingState((state) => state.scope === 'edit');
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const notice = useNotices((state) => state.show);
  useAnalysing();
  usePresence();
  useEffect(listenToKeys, []);
  useFirstView(designId);
  useRunAddress(designId, shared);
  useEffect(() => {
    document.title = name ? `${name} – Linchpin` : 'Linchpin';
  }, [name]);
  useEffect(() => {
    setPage({ toggleRun: () => dispatchEvent(new Event(RUN_EVENT)) });
    return () => setPage(null);
  }, []);
  const closeMenu = useCallback(() => setMenu(null), []);
  const openMenu = useCallback((at: Point, node: string | null, edge: string | null) => setMenu({ at, node, edge }), []);
  const dropKind = useCallback(
    (kind: string, corner: Point, edge: string | null) =>
      void insertNode(kind, { at: { x: corner.x + CARD.width / 2, y: corner.y + CARD.height / 2 } }, edge),
    [],
  );
  const refuse = useCallback((reason: string) => notice('info', reason), [notice]);
  return (
    <div className={styles['editor']}>
      <a className={styles['skip']} href="#main">
        {t('app.skip')}
      </a>
      <TopBar shared={shared} compact={compact} />
      <div className={styles['middle']}>
        {editable && !compact && <LeftPanel />}
        <main className={styles['stage']} id="main">
          <div className={styles['paper']}>
            <Canvas
              onMenu={openMenu}
              onDropKind={dropKind}
              onConnectToNothing={(from, at) => startAdding({ at, from })}
              onRefuse={refuse}
            >
              {empty && <EmptyCanvas />}
              <Tools />
            </Canvas>
          </div>
          <RunDock compact={compact} />
        </main>
        {!compact && <RightPanel />}
      </div>
      {!compact && <Sheets />}
      <Overlays />
      {editable && <FileDrop />}
      {menu && <ContextMenu place={menu} onClose={closeMenu} />}
    </div>
  );
}

/** Shows the whole drawing when it is opened; one that was never laid out is laid out first. */
function useFirstView(designId: string): void {
  const ready = useDrawingState((state) => state.ready);
  const placed = useDrawingState((state) => state.placed);
  const kindsKnown = useKindsState((state) => state.kinds.node.size > 0);
  useEffect(() => {
    if (!kindsKnown) return undefined;
    if (!placed) {
      if (ready || useDrawingState.getState().scope !== 'edit') void layOutFirst();
      return undefined;
    }
    const timer = setTimeout(() => flyTo(useDrawingState.getState().rects.values(), false), 60);
    return () => clearTimeout(timer);
  }, [designId, ready, placed, kindsKnown]);
}

/** Keeps the run in the address, so that a reload comes back to it. */
function useRunAddress(designId: string, shared: boolean): void {
  const run = useCurrentRun((state) => state.id);
  useEffect(() => {
    if (shared || designId === '' || run === null) return;
    const wanted = `/d/${designId}/runs/${run}`;
    if (location.pathname !== wanted) history.replaceState(null, '', wanted);
  }, [designId, run, shared]);
}
