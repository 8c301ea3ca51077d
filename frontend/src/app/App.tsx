import { lazy, Suspense, useEffect } from 'react';
import { useI18n } from '../i18n/useI18n';
import { Message } from '../ui/Message';
import { Notices } from '../ui/Notices';
import { GalleryPage } from './GalleryPage';
import { routeOf, type Route } from './routes';

const DesignPage = lazy(() => import('./DesignPage').then((module) => ({ default: module.DesignPage })));
const LinkPage = lazy(() => import('./LinkPage').then((module) => ({ default: module.LinkPage })));

/** The page for the address. A run that starts or ends changes the address without leaving the page. */
export function App() {
  const { t, language } = useI18n();
  const route = routeOf(location.pathname);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return (
    <>
      <Suspense fallback={<Message text={t('app.loading')} />}>
        <Page route={route} />
      </Suspense>
      <Notices />
    </>
  );
}

function Page({ route }: { readonly route: Route }) {
  const { t } = useI18n();
  switch (route.page) {
    case 'gallery':
      return <GalleryPage />;
    case 'design':
      return <DesignPage design={route.design} run={route.run} />;
    case 'shared':
    case 'embed':
      return <LinkPage link={route.link} compact={route.page === 'embed'} />;
    case 'lost':
      return <Message title={t('app.not_found')} text={t('app.not_found.help')} home />;
  }
}
