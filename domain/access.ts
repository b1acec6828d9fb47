/** What somebody may do in a tenant; each includes what stands before it. */
export const ROLES = ['viewer', 'contributor', 'manager', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/**
 * What a request needs. `anybody`: no sign-in at all; `somebody`: a sign-in, whatever the role; `installation`: an
 * administrator of the whole installation, because it is about more than one tenant.
 */
export type Need = 'anybody' | 'somebody' | Role | 'installation';

/** Parts of the API that a key may be limited to. */
export const AREAS = ['library', 'uploads', 'imports', 'cameras', 'access'] as const;
export type Area = (typeof AREAS)[number];

const LEVELS = ['read', 'write', 'admin'] as const;
type Level = (typeof LEVELS)[number];

/** What a key may be used for: an area, or all, and how much of it; each level includes the ones before it. */
export const SCOPES = ['all', ...AREAS].flatMap((area) => LEVELS.map((level) => `${area}:${level}`));

/** By the tag of the operation; what is not named here is the library. */
const AREA_OF: Readonly<Record<string, Area>> = {
  uploads: 'uploads',
  'resumable uploads': 'uploads',
  ingestion: 'uploads',
  imports: 'imports',
  'older clients': 'imports',
  failures: 'imports',
  sources: 'imports',
  cameras: 'cameras',
  capture: 'cameras',
  tenants: 'access',
  operations: 'access',
  access: 'access',
};

export function areaOf(tag: string): Area {
  return AREA_OF[tag] ?? 'library';
}

export function atLeast(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

function levelOf(need: Exclude<Need, 'anybody'>): Level {
  if (need === 'viewer' || need === 'somebody') return 'read';
  return need === 'contributor' ? 'write' : 'admin';
}

const within = (level: Level, granted: Level): boolean => LEVELS.indexOf(level) <= LEVELS.indexOf(granted);

/** The scope that a key needs for an operation. Looking at the installation, as monitoring does, is only looking. */
export function scopeFor(area: Area, need: Exclude<Need, 'anybody'>, reading: boolean): string {
  return `${area}:${levelOf(need === 'installation' && reading ? 'viewer' : need)}`;
}

/** Whether one of the scopes includes another one. */
export function covers(scopes: readonly string[], wanted: string): boolean {
  const [area, level] = wanted.split(':') as [string, Level];
  return scopes.some((scope) => {
    const [of, granted] = scope.split(':') as [string, Level];
    return (of === 'all' || of === area) && within(level, granted);
  });
}

/** The widest scopes that a role can use; more in a key would be of no use now, and too much after a promotion. */
export function scopesOf(role: Role): readonly string[] {
  if (role === 'viewer') return ['all:read'];
  return role === 'contributor' ? ['all:write'] : ['all:admin'];
}
