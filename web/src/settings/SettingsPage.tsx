import { Tabs } from '@base-ui/react/tabs';
import { useSearchParams } from 'react-router';
import { useParts } from '../api/parts.ts';
import { Page } from '../layout/Page.tsx';
import { useWords } from '../words/useWords.ts';
import { Keys } from './Keys.tsx';
import { Models } from './Models.tsx';
import { People } from './People.tsx';
import { Places } from './Places.tsx';
import { Presets } from './Presets.tsx';
import { TenantSettings } from './TenantSettings.tsx';
import { Webhooks } from './Webhooks.tsx';

const ALL = ['tenant', 'people', 'keys', 'places', 'presets', 'models', 'webhooks'] as const;
type TabName = (typeof ALL)[number];

const ROOMS: Readonly<Record<TabName, () => React.ReactNode>> = {
  tenant: TenantSettings,
  people: People,
  keys: Keys,
  places: Places,
  presets: Presets,
  models: Models,
  webhooks: Webhooks,
};

/** What holds for the tenant: limits, people, keys, places, presets, models and webhooks. */
export function SettingsPage() {
  const { session } = useParts();
  const { settings } = useWords();
  const [params, setParams] = useSearchParams();
  const signedIn = session.me() !== null;
  const shown = ALL.filter(
    (name) =>
      (name !== 'people' || (signedIn && session.may('manager'))) &&
      (name !== 'keys' || signedIn) &&
      (name !== 'webhooks' || session.may('manager')),
  );
  const chosen = shown.find((name) => name === params.get('about')) ?? 'tenant';
  return (
    <Page title={settings.title} intro={settings.intro(session.tenant())}>
      <Tabs.Root
        value={chosen}
        onValueChange={(name: TabName) => setParams({ about: name }, { replace: true })}
      >
        <Tabs.List className="mb-4 flex gap-1 overflow-x-auto border-b border-base-300 [scrollbar-width:thin]">
          {shown.map((name) => (
            <Tabs.Tab
              key={name}
              value={name}
              className="cursor-pointer border-b-2 border-transparent px-3 py-2 text-sm whitespace-nowrap data-active:border-primary data-active:font-medium data-active:text-primary"
            >
              {settings.tabs[name]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {shown.map((name) => {
          const Room = ROOMS[name];
          return (
            <Tabs.Panel key={name} value={name} className="focus:outline-none">
              <Room />
            </Tabs.Panel>
          );
        })}
      </Tabs.Root>
    </Page>
  );
}
