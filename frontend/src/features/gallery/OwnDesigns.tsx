import { useEffect, useRef, useState } from 'react';
import type { Topology } from '../../model/types';
import { useI18n } from '../../i18n/useI18n';
import { IconButton } from '../../ui/Button';
import { formatWhen } from '../figures/format';
import { useNotices } from '../../ui/Notices';
import type { DesignSummary } from '../../api/types';
import { untilAnswered } from '../call';
import { createDesign, deleteDesign, listDesigns, readDesign } from './api';
import { Miniature } from './Miniature';
import styles from './gallery.module.css';

/** Time in which a deletion can be taken back. */
const UNDO_MS = 8_000;
const AT_FIRST = 8;

/** One's own designs, the newest first. */
export function OwnDesigns() {
  const { t } = useI18n();
  const notice = useNotices((state) => state.show);
  const [designs, setDesigns] = useState<readonly DesignSummary[]>([]);
  const [all, setAll] = useState(false);
  const leaving = useRef(new Map<string, ReturnType<typeof setTimeout>>());
  useEffect(() => {
    // Without designs of one's own, or not known yet: the gallery is the page.
    const giveUp = untilAnswered(listDesigns, setDesigns, () => true);
    const waiting = leaving.current;
    const finish = (): void => {
      for (const [id, timer] of waiting) {
        clearTimeout(timer);
        void deleteDesign(id).catch(() => undefined);
      }
      waiting.clear();
    };
    window.addEventListener('pagehide', finish);
    return () => {
      giveUp();
      window.removeEventListener('pagehide', finish);
      finish();
    };
  }, []);
  const duplicate = (design: DesignSummary): void => {
    readDesign(design.id)
      .then(({ topology }) => createDesign({ ...topology, name: t('gallery.copy_of', { name: topology.name }) }))
      .then((copy) => setDesigns((list) => [copy, ...list]))
      .catch((error: Error) => notice('error', error.message));
  };
  const remove = (design: DesignSummary): void => {
    const back = (): void => setDesigns((list) => [...list, design].sort((a, b) => b.updated_at.localeCompare(a.updated_at)));
    setDesigns((list) => list.filter((other) => other.id !== design.id));
    const timer = setTimeout(() => {
      leaving.current.delete(design.id);
      deleteDesign(design.id).catch((error: Error) => {
        notice('error', error.message);
        back();
      });
    }, UNDO_MS);
    leaving.current.set(design.id, timer);
    notice('info', t('gallery.deleted', { name: design.name }), {
      label: t('gallery.undo'),
      run: () => {
        clearTimeout(timer);
        if (leaving.current.delete(design.id)) back();
      },
    });
  };
  if (designs.length === 0) return null;
  const shown = all ? designs : designs.slice(0, AT_FIRST);
  return (
    <section className={styles['section']} aria-labelledby="own-designs">
      <h2 id="own-designs">{t('gallery.own')}</h2>
      <ul className={styles['cards']}>
        {shown.map((design) => (
          <DesignCard key={design.id} design={design} onDuplicate={() => duplicate(design)} onDelete={() => remove(design)} />
        ))}
      </ul>
      {designs.length > shown.length && (
        <button type="button" className={styles['more']} onClick={() => setAll(true)}>
          {t('gallery.own.more')}
        </button>
      )}
    </section>
  );
}

interface CardProps {
  readonly design: DesignSummary;
  readonly onDuplicate: () => void;
  readonly onDelete: () => void;
}

function DesignCard({ design, onDuplicate, onDelete }: CardProps) {
  const { t, locale } = useI18n();
  const [topology, setTopology] = useState<Topology | null>(null);
  const card = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (!card.current) return undefined;
    // The document is fetched for its picture only when the card comes into view.
    const watch = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watch.disconnect();
      readDesign(design.id).then((found) => setTopology(found.topology), () => undefined);
    });
    watch.observe(card.current);
    return () => watch.disconnect();
  }, [design.id]);
  return (
    <li ref={card} className={styles['own']}>
      <a className={styles['card']} href={`/d/${design.id}`}>
        <span className={styles['picture']}>{topology && <Miniature topology={topology} />}</span>
        <span className={styles['text']}>
          <span className={styles['name']}>{design.name}</span>
          <span className={styles['story']}>{t('gallery.changed', { when: formatWhen(design.updated_at, locale) })}</span>
        </span>
      </a>
      <span className={styles['tools']}>
        <IconButton icon="copy" label={`${t('gallery.duplicate')}: ${design.name}`} onClick={onDuplicate} />
        <IconButton icon="trash" label={`${t('gallery.delete')}: ${design.name}`} onClick={onDelete} />
      </span>
    </li>
  );
}
