import { Navigate, type RouteObject } from 'react-router';
import { Broken } from './layout/Broken.tsx';
import { Nowhere } from './layout/Nowhere.tsx';
import { BASE } from './layout/places.ts';
import { Shell } from './layout/Shell.tsx';

/**
 * Every page by its path. Each is loaded when somebody goes there first. They all lie below `/app`: the same words
 * without it are the API's.
 */
export const routes: RouteObject[] = [
  { path: '/', element: <Navigate to={BASE} replace /> },
  {
    path: BASE,
    element: <Shell />,
    errorElement: <Broken />,
    children: [
      {
        errorElement: <Broken />,
        children: [
          { index: true, lazy: async () => ({ Component: (await import('./home/Home.tsx')).Home }) },
          { path: 'add', lazy: async () => ({ Component: (await import('./upload/AddPage.tsx')).AddPage }) },
          {
            path: 'library',
            lazy: async () => ({ Component: (await import('./library/LibraryPage.tsx')).LibraryPage }),
          },
          {
            path: 'review',
            lazy: async () => ({ Component: (await import('./review/ReviewPage.tsx')).ReviewPage }),
          },
          {
            path: 'map',
            lazy: async () => ({ Component: (await import('./map/MapPage.tsx')).MapPage }),
          },
          {
            path: 'duplicates',
            lazy: async () => ({
              Component: (await import('./duplicates/DuplicatesPage.tsx')).DuplicatesPage,
            }),
          },
          {
            path: 'compare',
            lazy: async () => ({ Component: (await import('./compare/ComparePage.tsx')).ComparePage }),
          },
          {
            path: 'trash',
            lazy: async () => ({ Component: (await import('./trash/TrashPage.tsx')).TrashPage }),
          },
          {
            path: 'imports',
            lazy: async () => ({ Component: (await import('./imports/ImportsPage.tsx')).ImportsPage }),
          },
          {
            path: 'imports/:id',
            lazy: async () => ({ Component: (await import('./imports/ImportPage.tsx')).ImportPage }),
          },
          {
            path: 'sources',
            lazy: async () => ({ Component: (await import('./sources/SourcesPage.tsx')).SourcesPage }),
          },
          {
            path: 'sources/new',
            lazy: async () => ({ Component: (await import('./sources/NewSourcePage.tsx')).NewSourcePage }),
          },
          {
            path: 'sources/:id',
            lazy: async () => ({ Component: (await import('./sources/SourcePage.tsx')).SourcePage }),
          },
          {
            path: 'cameras',
            lazy: async () => ({ Component: (await import('./cameras/CamerasPage.tsx')).CamerasPage }),
          },
          {
            path: 'cameras/new',
            lazy: async () => ({ Component: (await import('./cameras/NewCameraPage.tsx')).NewCameraPage }),
          },
          {
            path: 'cameras/:id',
            lazy: async () => ({ Component: (await import('./cameras/CameraPage.tsx')).CameraPage }),
          },
          {
            path: 'failures',
            lazy: async () => ({ Component: (await import('./failures/FailuresPage.tsx')).FailuresPage }),
          },
          {
            path: 'exports',
            lazy: async () => ({ Component: (await import('./exports/ExportsPage.tsx')).ExportsPage }),
          },
          {
            path: 'campaigns',
            lazy: async () => ({ Component: (await import('./campaigns/CampaignsPage.tsx')).CampaignsPage }),
          },
          {
            path: 'campaigns/:id',
            lazy: async () => ({ Component: (await import('./campaigns/CampaignPage.tsx')).CampaignPage }),
          },
          {
            path: 'trials/:id',
            lazy: async () => ({ Component: (await import('./campaigns/TrialPage.tsx')).TrialPage }),
          },
          {
            path: 'reports',
            lazy: async () => ({ Component: (await import('./reports/ReportsPage.tsx')).ReportsPage }),
          },
          {
            path: 'settings',
            lazy: async () => ({ Component: (await import('./settings/SettingsPage.tsx')).SettingsPage }),
          },
          { path: '*', element: <Nowhere /> },
        ],
      },
    ],
  },
  { path: '*', element: <Nowhere /> },
];
