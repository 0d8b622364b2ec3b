"""What the JMAP double (jmap_double.py) knows of calendars: what an event may say in the two dialects there are, and how servers give it back.

    1.0  RFC 8984 as Cyrus 3.10 to 3.12 has it: "recurrenceRules", "sendTo", mayAdmin; every default and null is spelled out, no members of
         vendors, "busy" and "free" alone; the filter by calendar is "inCalendars"; nothing within "calendarIds" can be patched
    2.0  the drafts of today, as unreleased versions of Cyrus have them: "version", "recurrenceRule", "calendarAddress", mayShare; defaults
         are left out
"""
import copy
import re
import zoneinfo

RIGHTS = ('mayReadFreeBusy', 'mayReadItems', 'mayWriteAll', 'mayWriteOwn', 'mayUpdatePrivate', 'mayRSVP', 'mayDelete')
CALENDAR = {'name': 'Personal', 'description': None, 'sortOrder': 0, 'isVisible': True, 'isSubscribed': True, 'isDefault': True,
            'includeInAvailability': 'all', 'timeZone': None, 'shareWith': {}}
MAY_BE_SET = ('name', 'description', 'sortOrder', 'isVisible', 'isSubscribed', 'color', 'timeZone', 'defaultAlertsWithTime',
              'defaultAlertsWithoutTime', 'includeInAvailability')

LOCAL = re.compile(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$')
ZONES = zoneinfo.available_timezones()


def map_of(entry):
    return ('map', entry)


ALERT = {'trigger': {'offset': 'str', 'relativeTo': 'str', 'when': 'str'}, 'action': 'str', 'acknowledged': 'str', 'relatedTo': 'any'}
RULE = {'frequency': 'str', 'interval': 'int', 'rscale': 'str', 'skip': 'str', 'firstDayOfWeek': 'str', 'count': 'int', 'until': 'str',
        'byDay': ('list', {'day': 'str', 'nthOfPeriod': 'int'}),
        **{k: ('list', 'any') for k in ('byMonth', 'byMonthDay', 'byYearDay', 'byWeekNo', 'byHour', 'byMinute', 'bySecond', 'bySetPosition')}}
PERSON = {'name': 'str', 'kind': 'str', 'roles': 'set', 'participationStatus': 'str', 'expectReply': 'bool', 'scheduleAgent': 'str',
          'sentBy': 'str', 'description': 'str', 'delegatedTo': 'set', 'delegatedFrom': 'set', 'memberOf': 'set'}
COMMON = {
    'uid': 'str', 'created': 'str', 'updated': 'str', 'prodId': 'str', 'sequence': 'int', 'title': 'str', 'description': 'str',
    'descriptionContentType': 'str', 'showWithoutTime': 'bool', 'start': 'str', 'timeZone': 'str', 'duration': 'str', 'color': 'str',
    'keywords': 'set', 'categories': 'set', 'locale': 'str', 'priority': 'int', 'freeBusyStatus': 'str', 'privacy': 'str', 'status': 'str',
    'relatedTo': map_of({'relation': 'set'}), 'useDefaultAlerts': 'bool', 'alerts': map_of(ALERT),
    'locations': map_of({'name': 'str', 'description': 'str', 'coordinates': 'str', 'relativeTo': 'str', 'timeZone': 'str'}),
    'virtualLocations': map_of({'name': 'str', 'uri': 'str', 'description': 'str', 'features': 'set'}),
    'links': map_of({'href': 'str', 'rel': 'str', 'contentType': 'str', 'title': 'str', 'size': 'int', 'blobId': 'str'}),
    'recurrenceOverrides': 'any', 'recurrenceId': 'str', 'recurrenceIdTimeZone': 'str', 'isDraft': 'bool', 'isOrigin': 'bool',
}
EVENT = {
    '1.0': {**COMMON, 'recurrenceRules': ('list', RULE), 'excludedRecurrenceRules': ('list', RULE), 'replyTo': 'any',
            'participants': map_of({**PERSON, 'sendTo': 'any', 'email': 'str'})},
    '2.0': {**COMMON, 'version': 'str', 'recurrenceRule': RULE, 'organizerCalendarAddress': 'str', 'endTimeZone': 'str',
            'participants': map_of({**PERSON, 'calendarAddress': 'str', 'email': 'str'})},
}
# In this order, which is no order: what is not there is null in 1.0.
SPELLED_OUT = ('relatedTo', 'keywords', 'locale', 'links', 'locations', 'participants', 'virtualLocations', 'alerts', 'recurrenceOverrides')
USUAL = {'1.0': {'showWithoutTime': False, 'sequence': 0, 'priority': 0, 'descriptionContentType': 'text/plain', 'freeBusyStatus': 'busy',
                 'useDefaultAlerts': False, 'isDraft': False, 'isOrigin': True, 'timeZone': None, 'duration': 'PT0S'},
         '2.0': {'sequence': 0, 'isDraft': False, 'isOrigin': True}}


def rights(dialect):
    return (*RIGHTS, 'mayAdmin' if dialect == '1.0' else 'mayShare')


def occurrence(event, key, patch):
    """The occurrence as a whole; None if the patch leads nowhere."""
    one = copy.deepcopy({k: v for k, v in event.items() if not k.startswith(('recurrence', 'excluded'))})
    one['start'] = key
    for path, value in patch.items():
        parts = [p.replace('~1', '/').replace('~0', '~') for p in path.split('/')]
        at = one
        for part in parts[:-1]:
            at = at.get(part) if isinstance(at, dict) else None
        if not isinstance(at, dict):
            return None
        if value is None:
            at.pop(parts[-1], None)
        else:
            at[parts[-1]] = value
    return one


def wrong_values(event, dialect):
    bad = []
    if not LOCAL.match(event.get('start') or ''):
        bad.append('start')
    if event.get('timeZone') is not None and event['timeZone'] not in ZONES:
        bad.append('timeZone')
    if dialect == '1.0' and event.get('freeBusyStatus', 'busy') not in ('busy', 'free'):
        bad.append('freeBusyStatus')
    if dialect == '1.0' and event.get('descriptionContentType', 'text/plain') != 'text/plain':
        bad.append('descriptionContentType')
    for i, person in (event.get('participants') or {}).items():
        if isinstance(person, dict) and not person.get('sendTo' if dialect == '1.0' else 'calendarAddress'):
            bad.append(f'participants/{i}/' + ('sendTo' if dialect == '1.0' else 'calendarAddress'))
    return bad


def check_event(event, dialect, check, vendor, folders='calendarIds'):
    """The paths of what is wrong. `check` is that of jmap_double.py."""
    bad = []
    members = {k: v for k, v in event.items() if k != folders and v is not None}
    check(members, EVENT[dialect], '', bad, vendor)
    if event.get('@type') != 'Event':
        bad.append('@type')
    if dialect == '2.0' and event.get('version') != '2.0':
        bad.append('version')
    bad += wrong_values(members, dialect)
    for key, patch in (members.get('recurrenceOverrides') or {}).items():
        one = occurrence(members, key, patch) if LOCAL.match(key) and isinstance(patch, dict) and not patch.get('excluded') else None
        if not (isinstance(patch, dict) and (one or patch == {'excluded': True})):
            bad.append(f'recurrenceOverrides/{key}')
        elif one:
            inner = []
            check({k: v for k, v in one.items() if k != folders}, EVENT[dialect], '', inner, vendor)
            bad += [f'recurrenceOverrides/{key}/{b}' for b in inner + wrong_values(one, dialect)]
    return bad


def normal(event, dialect):
    """As servers give it back."""
    event = {k: v for k, v in event.items() if v is not None and v != {}}
    for alert in (event.get('alerts') or {}).values():
        if dialect == '1.0':
            alert.setdefault('action', 'display')
            if 'offset' in alert['trigger']:
                alert['trigger'].setdefault('relativeTo', 'start')
        else:
            if alert.get('action') == 'display':
                del alert['action']
            if alert['trigger'].get('relativeTo') == 'start':
                del alert['trigger']['relativeTo']
    for person in (event.get('participants') or {}).values():
        if dialect == '1.0':
            person.setdefault('participationStatus', 'needs-action')
            person.setdefault('expectReply', False)
        else:
            if person.get('participationStatus') == 'needs-action':
                del person['participationStatus']
            person.get('roles', {}).pop('attendee', None)
            if person.get('roles') == {}:
                del person['roles']
    for rule in event.get('recurrenceRules') or ():
        for member, usual in (('interval', 1), ('rscale', 'gregorian'), ('skip', 'omit'), ('firstDayOfWeek', 'mo')):
            rule.setdefault(member, usual)
    if dialect == '1.0' and event.get('privacy') == 'public':
        del event['privacy']
    if dialect == '2.0':
        if event.get('showWithoutTime') is False:
            del event['showWithoutTime']
        event['version'] = '2.0'
    return {**{k: v for k, v in USUAL[dialect].items() if k not in event}, **event}


def shown(event, dialect):
    """With the nulls that 1.0 spells out."""
    if dialect == '1.0':
        event = {**dict.fromkeys(SPELLED_OUT), **event}
    return event


def breaks_occurrences(before, after, patch, dialect):
    """Cyrus refuses to take an alert away that an occurrence has from its series, unless all of them are told again."""
    gone = set(before.get('alerts') or {}) - set(after.get('alerts') or {})
    heirs = [k for k, o in (after.get('recurrenceOverrides') or {}).items()
             if not o.get('excluded') and not any(line.startswith('alerts') for line in o)]
    if not gone or 'recurrenceOverrides' in patch or not heirs:
        return []
    if dialect == '1.0':
        return ['alerts', *(f'recurrenceOverrides/{k}' for k in heirs)]
    return [f'recurrenceOverrides/{k}/alerts/{a}/iCalendar/properties' for k in heirs for a in sorted(gone)]


def hide_colors(event):
    """As Cyrus shows an event with categories that are named like colours."""
    hidden = [k for k in event.get('keywords') or {} if k in ('Red', 'Blue')]
    if not hidden:
        return event
    left = {k: True for k in event['keywords'] if k not in hidden}
    return {**event, 'color': event.get('color') or hidden[0], 'keywords': left or None}


def icalendar(event):
    """What of it such a server keeps as text: enough to tell the categories."""
    lines = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:x', 'BEGIN:VEVENT', f'UID:{event.get("uid")}', 'DTSTAMP:20260101T000000Z',
             'DTSTART:20260101T000000Z', *(f'CATEGORIES:{k}' for k in event.get('keywords') or {}),
             *([f'COLOR:{event["color"]}'] if event.get('color') else []), 'END:VEVENT', 'END:VCALENDAR', '']
    return '\r\n'.join(lines).encode()
