import { useCallback, useEffect, useMemo, useState } from 'react';
import { useI18n } from '../../i18n/useI18n';
import { grouped } from '../figures/group';
import { Button } from '../../ui/Button';
import type { Topology } from '../../model/types';
import { ImportDialog } from '../imports/ImportDialog';
import { useNotices } from '../../ui/Notices';
import { createDesign, listTemplates, type TemplateSummary } from './api';
import { OwnDesigns } from './OwnDesigns';
import { TemplateCard } from './TemplateCard';
import styles from './gallery.module.css';

/** The first page: one's own designs, ready-made ones, and three ways to begin. */
export function Gallery() {
  const { t } = useI18n();
  const notice = useNotices((state) => state.show);
  const [templates, setTemplates] = useState<readonly TemplateSummary[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [importing, setImporting] = useState(false);
  const [busy, setBusy] = useState<string | null>(null);
  useEffect(() => {
    listTemplates().then(setTemplates, (error: Error) => setProblem(error.message));
  }, []);
  const open = useCallback(async (topology: Topology): Promise<void> => {
    const design = await createDesign(topology);
    window.location.assign(`/d/${design.id}`);
  }, []);
  const begin = (what: string, topology: Topology): void => {
    setBusy(what);
    open(topology)
      .catch((error: Error) => notice('error', error.message))
      .finally(() => setBusy(null));
  };
  const groups = useMemo(() => grouped(templates ?? [], (template) => template.group ?? ''), [templates]);
  return (
    <main className={styles['page']} id="main">
      <section className={styles['hero']}>
        <h1>{t('gallery.title')}</h1>
        <p>{t('gallery.promise')}</p>
        <div className={styles['begin']}>
          <Button
            variant="primary"
            disabled={busy !== null}
            onClick={() => begin('empty', { format: 'linchpin/1', name: t('gallery.untitled'), nodes: [], edges: [], flows: [] })}
          >
            {t('gallery.new')}
          </Button>
          <Button onClick={() => setImporting(true)}>{t('gallery.import')}</Button>
        </div>
      </section>
      {problem && (
        <p className={styles['problem']} role="alert">
          {t('gallery.problem', { reason: problem })}
        </p>
      )}
      <OwnDesigns />
      {[...groups].map(([group, members]) => (
        <section key={group} className={styles['section']} aria-labelledby={`group-${group}`}>
          <h2 id={`group-${group}`}>{groupTitle(group, t)}</h2>
          <ul className={styles['cards']}>
            {members.map((template) => (
              <TemplateCard
                key={template.id}
                template={template}
                busy={busy === template.id}
                onOpen={() => begin(template.id, template.topology)}
              />
            ))}
          </ul>
        </section>
      ))}
      {templates === null && problem === null && <Waiting />}
      {importing && <ImportDialog onClose={() => setImporting(false)} onOpen={(imported) => open(imported.topology)} />}
    </main>
  );
}

function groupTitle(group: string, t: ReturnType<typeof useI18n>['t']): string {
  return group === '' ? t('gallery.templates') : group;
}

function Waiting() {
  return (
    <ul className={styles['cards']} aria-hidden="true">
      {Array.from({ length: 6 }, (_, index) => (
        <li key={index} className={styles['ghost']} />
      ))}
    </ul>
  );
}
