"""An RTSP server on a free loopback port that plays a file, from its beginning for each connection, at its own speed.

Prints its port.
"""
import sys

import gi

gi.require_version('Gst', '1.0')
gi.require_version('GstRtspServer', '1.0')
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address('127.0.0.1')
server.set_service('0')
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch(f'( filesrc location="{sys.argv[1]}" ! matroskademux ! h264parse ! rtph264pay name=pay0 pt=96 config-interval=1 )')
server.get_mount_points().add_factory('/', factory)
server.attach(None)
print(server.get_bound_port(), flush=True)
GLib.MainLoop().run()
