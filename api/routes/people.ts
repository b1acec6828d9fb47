import { z } from 'zod';
import { lockRow } from '../../stores/lockRow.ts';
import {
  createLocation,
  createUser,
  findLocation,
  findUser,
  type Location as LocationRow,
  listLocations,
  listUsers,
  placeLocation,
  type User as UserRow,
} from '../../stores/people.ts';
import { DEFAULT_TENANT, ensureTenant } from '../../stores/tenants.ts';
import type { ApiDeps } from '../deps.ts';
import { checkVersion, expectedVersions, sendVersioned, versionOf } from '../http/versions.ts';
import { notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { Uuid } from '../schemas/common.ts';
import {
  Location,
  LocationChange,
  LocationCreate,
  LocationList,
  User,
  UserCreate,
  UserList,
} from '../schemas/people.ts';
import { OfTenant } from '../schemas/trash.ts';

const One = z.object({ id: Uuid });

const presentUser = ({ createdAt, ...user }: UserRow): z.input<typeof User> => ({
  ...user,
  created_at: createdAt.toISOString(),
});
const presentLocation = ({ createdAt, ...location }: LocationRow): z.input<typeof Location> => ({
  ...location,
  created_at: createdAt.toISOString(),
});

const versionOfLocation = ({ createdAt: _, ...said }: LocationRow): string => versionOf(said);

/** Who sources belong to, and where their cameras stand. */
export function peopleRoutes({ db }: ApiDeps): Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/users',
      operationId: 'createUser',
      summary: 'Name somebody that sources belong to',
      tag: 'sources',
      needs: 'manager',
      body: UserCreate,
      answers: { 201: { description: 'The user', schema: User } },
      async handle({ body }, _req, res) {
        const user = await db.tx(async (tx) => {
          const tenant = await ensureTenant(tx, body.tenant_name ?? DEFAULT_TENANT);
          return createUser(tx, tenant.id, { name: body.name, email: body.email ?? null });
        });
        res.status(201).location(`/users/${user.id}`).json(presentUser(user));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/users',
      operationId: 'listUsers',
      summary: 'All users',
      tag: 'sources',
      needs: 'viewer',
      query: OfTenant,
      answers: { 200: { description: 'All of them', schema: UserList } },
      async handle({ query }, _req, res) {
        const users = (await db.run((sql) => listUsers(sql, query.tenant_name))).map(presentUser);
        res.json(users satisfies z.input<typeof UserList>);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/users/{id}',
      operationId: 'getUser',
      summary: 'One user',
      tag: 'sources',
      needs: 'viewer',
      params: One,
      answers: { 200: { description: 'The user', schema: User } },
      async handle({ params }, _req, res) {
        const user = await db.run((sql) => findUser(sql, params.id));
        if (user === null) throw notFound('user');
        res.json(presentUser(user));
      },
    }),
    defineRoute({
      method: 'post',
      path: '/locations',
      operationId: 'createLocation',
      summary: 'Name a place where cameras stand',
      tag: 'sources',
      needs: 'manager',
      body: LocationCreate,
      answers: { 201: { description: 'The location', schema: Location } },
      async handle({ body }, _req, res) {
        const location = await db.tx(async (tx) => {
          const tenant = await ensureTenant(tx, body.tenant_name ?? DEFAULT_TENANT);
          return createLocation(tx, tenant.id, {
            name: body.name,
            latitude: body.latitude ?? null,
            longitude: body.longitude ?? null,
            timezone: body.timezone ?? null,
            country: body.country ?? null,
            admin1: body.admin1 ?? null,
          });
        });
        res.status(201).location(`/locations/${location.id}`).json(presentLocation(location));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/locations',
      operationId: 'listLocations',
      summary: 'All locations',
      tag: 'sources',
      needs: 'viewer',
      query: OfTenant,
      answers: { 200: { description: 'All of them', schema: LocationList } },
      async handle({ query }, _req, res) {
        const locations = (await db.run((sql) => listLocations(sql, query.tenant_name))).map(presentLocation);
        res.json(locations satisfies z.input<typeof LocationList>);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/locations/{id}',
      operationId: 'getLocation',
      summary: 'One location',
      tag: 'sources',
      needs: 'viewer',
      params: One,
      versioned: true,
      answers: { 200: { description: 'The location', schema: Location } },
      async handle({ params }, _req, res) {
        const location = await db.run((sql) => findLocation(sql, params.id));
        if (location === null) throw notFound('location');
        sendVersioned(res, versionOfLocation(location), presentLocation(location));
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/locations/{id}',
      operationId: 'changeLocation',
      summary: 'Say which country a location is in: classifiers do not answer what cannot be there',
      tag: 'sources',
      needs: 'manager',
      params: One,
      body: LocationChange,
      versioned: true,
      answers: { 200: { description: 'The location', schema: Location } },
      async handle({ params, body }, req, res) {
        const change = {
          ...(body.country !== undefined && { country: body.country }),
          ...(body.admin1 !== undefined && { admin1: body.admin1 }),
        };
        const location = await db.tx(async (tx) => {
          await lockRow(tx, 'locations', params.id);
          const before = await findLocation(tx, params.id);
          if (before !== null) checkVersion(expectedVersions(req), versionOfLocation(before));
          return placeLocation(tx, params.id, change);
        });
        if (location === null) throw notFound('location');
        sendVersioned(res, versionOfLocation(location), presentLocation(location));
      },
    }),
  ];
}
