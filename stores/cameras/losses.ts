import type { CaptureLoss, SessionState } from '../../domain/camera.ts';
import { storableShort } from '../../domain/text.ts';
import { dropCredentials } from '../credentials/credentials.ts';
import type { Sql } from '../postgres/database.ts';
import { forgetScene } from './scenes.ts';

/**
 * Says that a session does not see its camera and opens a gap in its ledger, from its last frame on, or from its
 * beginning when it never had one. What is open already goes on: a camera that is refused now and silent then was gone
 * once. Only a pause and everything else are told apart.
 */
export async function loseSession(tx: Sql, sessionId: string, loss: CaptureLoss): Promise<void> {
  const { reason, state, nextTryMs } = loss;
  const detail = loss.detail === null ? null : storableShort(loss.detail);
  const isFailure = state === 'waiting' || state === 'needs_attention';
  const [row] = await tx<{ id: string }[]>`
    update capture_sessions set state = ${state}, updated_at = now(),
      failure_type = ${isFailure ? reason : null}, failure_detail = ${isFailure ? detail : null},
      next_try_at = now() + ${nextTryMs}::float8 * interval '1 millisecond'
    where id = ${sessionId} and ended_at is null returning id`;
  if (row === undefined) return;
  const closed = await tx`
    update capture_gaps set to_at = greatest(from_at, now())
    where session_id = ${sessionId} and to_at is null and (reason = 'paused') <> ${reason === 'paused'} returning id`;
  await tx`
    insert into capture_gaps (tenant_id, camera_id, session_id, from_at, reason, detail)
    select tenant_id, camera_id, id,
      case when ${closed.length > 0} then now() else coalesce(last_frame_at, started_at, created_at) end, ${reason}, ${detail}
    from capture_sessions where id = ${sessionId}
    on conflict (session_id) where to_at is null do nothing`;
}

/** The last word about a session. What was missing of its camera until now is over. */
export async function endSession(
  tx: Sql,
  sessionId: string,
  state: Extract<SessionState, 'completed' | 'stopped' | 'failed'>,
  failure: { type: string; detail: string } | null,
): Promise<void> {
  const [row] = await tx<{ credentialId: string | null; cameraId: string }[]>`
    update capture_sessions set state = ${state}, ended_at = now(), updated_at = now(), next_try_at = null,
      failure_type = ${failure?.type ?? null},
      failure_detail = ${failure === null ? null : storableShort(failure.detail)}
    where id = ${sessionId} and ended_at is null
    returning credential_id as "credentialId", camera_id as "cameraId"`;
  if (row === undefined) return;
  await forgetScene(tx, sessionId);
  await tx`
    update capture_gaps set to_at = greatest(from_at, now()) where session_id = ${sessionId} and to_at is null`;
  if (row.credentialId !== null) await dropCredentials(tx, row.credentialId);
}
