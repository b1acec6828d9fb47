import assert from 'node:assert/strict';
import { AREAS, areaOf, atLeast, covers, ROLES, SCOPES, scopeFor, scopesOf } from '../../domain/access.ts';

describe('roles and scopes', () => {
  it('include what stands before them', () => {
    for (const [i, role] of ROLES.entries()) {
      for (const [k, needed] of ROLES.entries())
        assert.equal(atLeast(role, needed), i >= k, `${role} ${needed}`);
    }
    assert.ok(covers(['library:admin'], 'library:read'));
    assert.ok(!covers(['library:read'], 'library:write'));
    assert.ok(!covers(['library:admin'], 'uploads:read'));
    assert.ok(covers(['all:write'], 'uploads:write'));
    assert.ok(!covers(['all:read', 'uploads:write'], 'library:write'));
    assert.ok(
      !covers(
        AREAS.map((area) => `${area}:admin`),
        'all:read',
      ),
      'all is more than every area of today',
    );
  });

  it('say what a key may be asked for', () => {
    assert.equal(scopeFor(areaOf('uploads'), 'contributor', false), 'uploads:write');
    assert.equal(scopeFor(areaOf('something new'), 'viewer', true), 'library:read');
    assert.equal(scopeFor(areaOf('cameras'), 'manager', false), 'cameras:admin');
    assert.equal(scopeFor(areaOf('tenants'), 'installation', false), 'access:admin');
    assert.equal(scopeFor(areaOf('tenants'), 'installation', true), 'access:read', 'monitoring only looks');
  });

  it('are no wider than the role of who makes them', () => {
    assert.deepEqual(
      ROLES.map((role) => SCOPES.filter((scope) => covers(scopesOf(role), scope)).length),
      [6, 12, 18, 18],
    );
  });
});
