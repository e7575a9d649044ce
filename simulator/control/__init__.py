"""The control API below `/_simulator/`: set the scene, arm faults, read what happened. For the loopback interface only.

| | |
|---|---|
| `POST /_simulator/reset` | begin anew, with what there was at the start |
| `GET /_simulator/state` | admins, teams, tags, segments, and every object with its tags |
| `POST /_simulator/admins` | `{"id", "name"?, "email"?}`: one more teammate |
| `POST /_simulator/teams` | `{"id", "name"?, "admin_ids"?}`: one more team |
| `POST /_simulator/tags` | `{"name", "segments"?: names}`: find or create a tag, and segments that depend on it |
| `POST /_simulator/segments` | see `simulator.scene.SeedSegment` |
| `POST /_simulator/conversations`, `tickets`, `contacts`, `companies` | see `simulator.scene.Seed` |
| `POST /_simulator/population` | see `simulator.control.scene.Population`: invent a workspace |
| `POST /_simulator/contacts/{id}/merge` | `{"into": id}`: the contact becomes part of another one |
| `POST /_simulator/workspace` | `{"timezone"?, "contacts_appear_after"?: seconds until a contact is found}` |
| `POST /_simulator/limits` | `{"limit"?, "window"?, "speaks_of"?: "window" or "minute"}` |
| `GET /_simulator/windows` | calls let through and refused, window by window |
| `GET /_simulator/calls?since=` | every REST call |
| `POST /_simulator/send` | see `simulator.stories.runs.Wanted`: invent events and send them to a webhook |
| `GET /_simulator/deliveries?run=&brief=yes` | what became of them, and where tags are not yet right |
| `POST /_simulator/notify` | see `simulator.webhooks.telling.Telling`: one notification about an object that is known |
| `POST`, `DELETE /_simulator/echo` | `{"url", "version"?, "time_scale"?}`: who is told of tags changed through REST |
| `GET /_simulator/notifications` | what became of those two |
| `GET`, `POST`, `DELETE /_simulator/faults`, `DELETE /_simulator/faults/{id}` | see `simulator.faults.Fault` |
"""
