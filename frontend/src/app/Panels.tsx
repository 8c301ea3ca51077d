import { useState, type ReactNode } from 'react';
import { useDrawingState } from '../editor/drawing';
import { useView } from '../editor/view';
import { FindingsPanel } from '../features/findings/FindingsPanel';
import { HistoryPanel } from '../features/history/HistoryPanel';
import { Inspector } from '../features/inspector/Inspector';
import { Outline } from '../features/outline/Outline';
import { Palette } from '../features/palette/Palette';
import { useI18n } from '../i18n/useI18n';
import { IconButton } from '../ui/Button';
import { Icon, type IconName } from '../ui/Icon';
import { Tabs } from '../ui/Tabs';
import styles from './app.module.css';

/** What can be drawn, and what is drawn. */
export function LeftPanel() {
  const { t } = useI18n();
  const [tab, setTab] = useState('elements');
  return (
    <aside className={styles['left']} aria-label={t('panel.elements')}>
      <Tabs
        label={t('panel.elements')}
        chosen={tab}
        onChoose={setTab}
        tabs={[
          { id: 'elements', label: t('panel.elements'), content: <Palette /> },
          { id: 'outline', label: t('panel.outline'), content: <Outline /> },
        ]}
      />
    </aside>
  );
}

/** What the drawing amounts to, and the properties of what is selected. */
export function RightPanel() {
  const { t } = useI18n();
  const designId = useDrawingState((state) => state.designId);
  const scope = useDrawingState((state) => state.scope);
  const chosen = useView((view) => view.selectedNodes.size + view.selectedEdges.size);
  const [tab, setTab] = useState('analysis');
  const [seen, setSeen] = useState(0);
  if (chosen !== seen) {
    setSeen(chosen);
    if (seen === 0 && tab === 'analysis') setTab('properties');
    if (chosen === 0 && tab === 'properties') setTab('analysis');
  }
  return (
    <aside className={styles['right']} aria-label={t('panel.properties')}>
      <Tabs
        label={t('panel.analysis')}
        chosen={tab}
        onChoose={setTab}
        tabs={[
          { id: 'analysis', label: t('panel.analysis'), content: <FindingsPanel /> },
          { id: 'properties', label: t('panel.properties'), content: <Inspector /> },
          ...(scope === 'edit'
            ? [{ id: 'history', label: t('panel.history'), content: <HistoryPanel design={designId} readOnly={false} /> }]
            : []),
        ]}
      />
    </aside>
  );
}

interface Sheet {
  readonly id: string;
  readonly icon: IconName;
  readonly label: string;
  readonly content: () => ReactNode;
}

/** On a small screen the panels rise from below, one at a time. */
export function Sheets() {
  const { t } = useI18n();
  const editable = useDrawingState((state) => state.scope === 'edit');
  const designId = useDrawingState((state) => state.designId);
  const [open, setOpen] = useState<string | null>(null);
  const sheets: Sheet[] = [
    ...(editable ? [{ id: 'elements', icon: 'add' as const, label: t('panel.elements'), content: () => <Palette /> }] : []),
    { id: 'properties', icon: 'sliders', label: t('panel.properties'), content: () => <Inspector /> },
    { id: 'analysis', icon: 'warning', label: t('panel.analysis'), content: () => <FindingsPanel /> },
    { id: 'outline', icon: 'list', label: t('panel.outline'), content: () => <Outline /> },
    ...(editable
      ? [{ id: 'history', icon: 'history' as const, label: t('panel.history'), content: () => <HistoryPanel design={designId} readOnly={false} /> }]
      : []),
  ];
  const shown = sheets.find((sheet) => sheet.id === open);
  return (
    <>
      {shown && (
        <section className={styles['sheet']} aria-label={shown.label}>
          <header>
            <h2>{shown.label}</h2>
            <IconButton icon="close" label={t('ui.close')} onClick={() => setOpen(null)} />
          </header>
          <div className={styles['sheetBody']}>{shown.content()}</div>
        </section>
      )}
      <nav className={styles['dockbar']} aria-label={t('top.menu')}>
        {sheets.map((sheet) => (
          <button key={sheet.id} type="button" aria-expanded={sheet.id === open} onClick={() => setOpen(sheet.id === open ? null : sheet.id)}>
            <Icon name={sheet.icon} />
            <span>{sheet.label}</span>
          </button>
        ))}
      </nav>
    </>
  );
}
