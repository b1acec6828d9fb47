import { z } from 'zod';
import { ROLES, SCOPES } from '../../domain/access.ts';
import { CatalogId, TenantName, Time, Uuid } from './common.ts';

export const Email = z.email().max(320);
export const NewPassword = z.string().min(12).max(200).meta({ description: '12 characters or more' });
/** Of one that exists: whatever it is, it is either right or wrong. */
const Password = z.string().min(1).max(200);
const RoleName = z.enum(ROLES);
const Name = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}]+$/u, 'must not hold control characters');

export const SignIn = z
  .object({
    email: Email,
    password: Password,
    use_cookie: z
      .boolean()
      .default(false)
      .meta({ description: 'For pages: the refresh token goes into a cookie that scripts cannot read' }),
  })
  .meta({ id: 'SignIn' });

export const Refresh = z
  .object({
    refresh_token: z.string().max(200).optional().meta({ description: 'Where it is not in the cookie' }),
  })
  .meta({ id: 'Refresh' });

export const SignedIn = z
  .object({
    access_token: z.string().meta({ description: 'For the header `Authorization: Bearer`' }),
    token_type: z.literal('Bearer'),
    expires_in: z.int().meta({ description: 'Seconds' }),
    refresh_token: z
      .string()
      .nullable()
      .meta({ description: 'Good for one use; `null`: it is in the cookie' }),
  })
  .meta({ id: 'SignedIn' });

export const ViewToken = z
  .object({
    view_token: z.string().meta({ description: 'For the parameter `view` of addresses that a page shows' }),
    expires_in: z.int().meta({ description: 'Seconds' }),
  })
  .meta({ id: 'ViewToken' });

export const PasswordChange = z
  .object({ current_password: Password, new_password: NewPassword })
  .meta({ id: 'PasswordChange' });

export const Me = z
  .object({
    kind: z
      .enum(['local', 'person', 'service', 'external', 'link'])
      .meta({ description: '`local`: nobody has to sign in here' }),
    id: Uuid.nullable(),
    name: z.string(),
    installation_admin: z.boolean(),
    tenants: z.array(z.object({ tenant_id: Uuid, tenant_name: z.string(), role: RoleName })),
    key: z.object({ id: Uuid, prefix: z.string(), scopes: z.array(z.string()) }).nullable(),
  })
  .meta({ id: 'Me' });

export const Scope = z.enum(SCOPES as [string, ...string[]]);

export const ApiKeyCreate = z
  .object({
    name: Name,
    scopes: z.array(Scope).min(1).max(SCOPES.length),
    tenant_name: TenantName.optional().meta({ description: 'The tenant that it is for' }),
    expires_at: z.iso
      .datetime()
      .nullish()
      .meta({ description: 'When it is good no more; default: never', example: '2027-05-31T00:00:00Z' }),
    service_id: Uuid.optional().meta({ description: 'Of a service account of this tenant that it is for' }),
    whole_installation: z.boolean().default(false).meta({
      description: 'For all tenants and what is about none; administrators of the installation only',
    }),
  })
  .meta({ id: 'ApiKeyCreate' });

export const ApiKey = z
  .object({
    id: Uuid,
    name: z.string(),
    prefix: z.string().meta({ description: 'It begins with trib_ and this' }),
    owner_id: Uuid,
    owner: z.string(),
    tenant_name: z.string().nullable().meta({ description: '`null`: wherever its owner may' }),
    scopes: z.array(z.string()),
    created_at: Time,
    expires_at: Time.nullable(),
    last_used_at: Time.nullable().meta({ description: 'To the minute' }),
    revoked_at: Time.nullable(),
  })
  .meta({ id: 'ApiKey' });

export const ApiKeyMade = ApiKey.extend({
  key: z.string().meta({ description: 'The key itself. It is shown this once' }),
}).meta({ id: 'ApiKeyMade' });

export const ApiKeyList = z.object({ api_keys: z.array(ApiKey), count: z.int() }).meta({ id: 'ApiKeyList' });

export const Member = z
  .object({
    id: Uuid,
    kind: z.enum(['person', 'service']),
    name: z.string(),
    email: z.string().nullable(),
    role: RoleName,
    disabled: z.boolean(),
    joined_at: Time,
  })
  .meta({ id: 'Member' });

export const MemberList = z.object({ members: z.array(Member), count: z.int() }).meta({ id: 'MemberList' });

export const MemberAdd = z
  .object({
    email: Email.optional().meta({ description: 'Of a person; without, it is a service account' }),
    name: Name,
    password: NewPassword.optional().meta({
      description: 'The first password of a person who has no account yet; who has one keeps theirs',
    }),
    role: RoleName,
    tenant_name: TenantName.optional(),
  })
  .meta({ id: 'MemberAdd' });

export const MemberChange = z
  .object({ role: RoleName, tenant_name: TenantName.optional() })
  .meta({ id: 'MemberChange' });

export const AuditQuery = z.object({
  tenant_name: TenantName.optional(),
  principal_id: Uuid.optional(),
  operation: z.string().max(100).optional().meta({ description: 'Operation id, as in the OpenAPI document' }),
  from: Time.optional(),
  to: Time.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: CatalogId.optional().meta({ description: '`next_cursor` of the page before' }),
});

export const AuditLog = z
  .object({
    entries: z.array(
      z
        .object({
          id: z.int(),
          at: Time,
          tenant_name: z.string().nullable(),
          principal_id: Uuid.nullable(),
          principal: z.string(),
          key_prefix: z.string().nullable(),
          address: z.string().nullable(),
          request_id: z.string(),
          operation: z.string(),
          subject: z.record(z.string(), z.string()).meta({ description: 'The ids in the path' }),
          status: z.int().meta({ description: 'Of the answer; 499: nobody waited for it' }),
        })
        .meta({ id: 'AuditLogEntry' }),
    ),
    count: z.int(),
    next_cursor: z.int().nullable(),
  })
  .meta({ id: 'AuditLog' });
