import { fillOrder } from '../domain/camera.ts';
import { dayOf, planDay, planOf } from '../domain/captureWindow.ts';
import { type Camera, findCamera, lockCamera } from '../stores/cameras/cameras.ts';
import { createSession } from '../stores/cameras/sessions.ts';
import { type CaptureWindow, findWindow, wasOpened } from '../stores/cameras/windows.ts';
import { tellOutbox } from '../stores/outbox.ts';
import type { Database, Sql } from '../stores/postgres/database.ts';
import type { WindowActivities } from './contracts.ts';

const DAY_MS = 86_400_000;

/** @returns `null`: it is gone, or switched off */
async function find(sql: Sql, windowId: string): Promise<{ window: CaptureWindow; camera: Camera } | null> {
  const window = await findWindow(sql, windowId);
  if (!window?.enabled) return null;
  const camera = await findCamera(sql, window.cameraId);
  return camera?.enabled ? { window, camera } : null;
}

export function createWindowActivities({ db }: { db: Database }): WindowActivities {
  return {
    async planWindow(windowId) {
      const found = await db.run((sql) => find(sql, windowId));
      const plan = found && planOf(found.window, found.camera);
      if (!plan) return [];
      const now = new Date();
      return [now.getTime() - DAY_MS, now.getTime()].flatMap((at) => {
        const open = planDay(plan, dayOf(new Date(at), plan.timezone));
        if (open === null || open.to <= now) return [];
        return [{ from: open.from.toISOString(), to: open.to.toISOString() }];
      });
    },
    async openWindowSession(windowId, { from, to }) {
      return db.tx(async (tx) => {
        const window = await findWindow(tx, windowId);
        if (window === null) return false;
        await lockCamera(tx, window.cameraId);
        const found = await find(tx, windowId);
        const seconds = Math.floor((Date.parse(to) - Date.now()) / 1_000);
        if (found === null || seconds < 1 || (await wasOpened(tx, windowId, new Date(from)))) return false;
        const order = fillOrder(found.window.order, found.camera.defaults);
        // One picture is one picture, however long the window is.
        const most = Math.min(order.durationSeconds ?? seconds, seconds);
        const whole = order.durationSeconds === undefined ? order : { ...order, durationSeconds: most };
        const { id: cameraId, tenantId } = found.camera;
        await createSession(tx, { tenantId, cameraId, order: whole, windowId });
        await tellOutbox(tx);
        return true;
      });
    },
  };
}
