#!/usr/bin/env python3
"""The group policies (installer/policies) against the program: every setting and preset that it reads has a policy, and none is about
anything else; limits are the program's; every text is there in every language."""
import os
import re
import sys
import xml.etree.ElementTree as ET

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
NS = {'p': 'http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions'}
counts = [0, 0]


def check(name, problems):
    counts[bool(problems)] += 1
    print(f'FAIL policies/{name}: {"; ".join(problems)}' if problems else f'ok policies/{name}')


def source(path):
    with open(os.path.join(ROOT, path), encoding='utf-8') as file:
        return file.read()


def known():
    """The value names that the program reads."""
    names = re.search(r'names\[\] = \{(.*?)\}', source('client/app/policy.c'), re.S).group(1)
    settings = {''.join(part.capitalize() for part in name.split('_')) for name in re.findall(r'"(\w+)"', names)}
    forbidden = re.findall(r'json_get_str\(there, "(\w+)"\)', source('client/app/forbid.c'))
    return settings | set(re.findall(r'value\("(\w+)"\)', source('client/app/preset.c'))) | set(forbidden)


def limits():
    text = source('client/app/settings.c').replace('APP_EVERY_MIN', '5').replace('APP_EVERY_MAX', '1440')
    text = re.sub(r'\s+', ' ', text)
    found = re.findall(r'\{"(\w+)", (\d+), (\d+), \d+,', text)
    return {''.join(part.capitalize() for part in name.split('_')): (low, high) for name, low, high in found}


def value_names(policy):
    return [node.get('valueName') for node in policy.iter() if node.get('valueName')]


def main():
    admx = ET.parse(os.path.join(ROOT, 'installer/policies/Lockstep.admx')).getroot()
    policies = admx.findall('.//p:policy', NS)
    have = [name for policy in policies for name in value_names(policy)]
    check('every-value', [f'{name} has no policy' for name in sorted(known() - set(have))])
    check('nothing-else', [f'{name} is not read by the program' for name in sorted(set(have) - known())] +
          [f'{name} twice' for name in sorted({n for n in have if have.count(n) > 1})])
    check('keys', [policy.get('name') for policy in policies
                   if policy.get('key') != r'Software\Policies\Lockstep' or policy.get('class') != 'Both'])
    numbers = {node.get('valueName'): (node.get('minValue'), node.get('maxValue')) for node in admx.iter(f'{{{NS["p"]}}}decimal') if node.get('id')}
    check('limits', [f'{name}: {numbers.get(name)}, not {limit}' for name, limit in sorted(limits().items()) if numbers.get(name) != limit])
    wanted = set(re.findall(r'\$\((?:string|presentation)\.(\w+)\)', source('installer/policies/Lockstep.admx')))
    for language in ('en-US', 'de-DE'):
        adml = ET.parse(os.path.join(ROOT, f'installer/policies/{language}/Lockstep.adml')).getroot()
        texts = {node.get('id'): node.text for node in adml.findall('.//p:string', NS)}
        shown = {node.get('id') for node in adml.findall('.//p:presentation', NS)}
        refs = {node.get('refId') for node in adml.iter() if node.get('refId')}
        elements = {node.get('id') for policy in policies for node in policy.findall('p:elements/*', NS)}
        check(f'texts/{language}', [f'{name} is missing' for name in sorted(wanted - set(texts) - shown)] +
              [f'{name} is empty' for name, text in sorted(texts.items()) if not text] +
              [f'{name} is not used' for name in sorted(set(texts) - wanted)])
        check(f'controls/{language}', sorted(refs ^ elements))
    print(f'{counts[0]} passed, {counts[1]} failed')
    return 1 if counts[1] else 0


sys.exit(main())
