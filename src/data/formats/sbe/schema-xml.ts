/** Makes an SBE schema of the XML that an exchange publishes, by the rules of FIX SBE 1.0. */

import { TwinError } from '../../../base/index.ts';
import {
  encodedBytes,
  SBE_BYTES,
  SBE_NULLS,
  type SbeBlock,
  type SbeComposite,
  type SbeDimension,
  type SbeEncoding,
  type SbeEnum,
  type SbeField,
  type SbeGroup,
  type SbePrimitive,
  type SbeScalar,
  type SbeSchema,
  type SbeSet,
  type SbeText,
} from './schema.ts';
import { readXml, type XmlElement } from './xml-reader.ts';

/** Reads a schema. Raises DATA_FORMAT, naming `source`, for what is no SBE schema or uses what it does not declare. */
export function readSbeSchema(xml: string, source: string): SbeSchema {
  return new SchemaReader(source).read(readXml(xml, source));
}

class SchemaReader {
  readonly #source: string;
  readonly #types = new Map<string, XmlElement>();
  readonly #encodings = new Map<string, SbeEncoding>();
  /** Types that are being read: one that stands in here already is part of itself. */
  readonly #reading = new Set<string>();

  constructor(source: string) {
    this.#source = source;
  }

  read(root: XmlElement): SbeSchema {
    if (root.name !== 'messageSchema') throw this.#fault('root', root.name);
    for (const types of root.children.filter(({ name }) => name === 'types')) {
      for (const type of types.children) this.#types.set(this.#text(type, 'name'), type);
    }
    const messages = new Map<number, SbeBlock>();
    for (const element of root.children.filter(({ name }) => name === 'message')) {
      const message = this.#block(element);
      messages.set(message.id, message);
    }
    if (messages.size === 0) throw this.#fault('messages', 'none');
    return {
      id: this.#number(root, 'id'),
      version: this.#number(root, 'version'),
      isLittle: (root.attributes.byteOrder ?? 'littleEndian') === 'littleEndian',
      messages,
    };
  }

  #block(element: XmlElement): SbeBlock {
    const fields: SbeField[] = [];
    const groups: SbeGroup[] = [];
    const texts: SbeText[] = [];
    let end = 0;
    for (const child of element.children) {
      if (child.name === 'field') {
        const field = this.#field(child, end);
        fields.push(field);
        end = Math.max(end, field.offset + encodedBytes(field.encoding));
      } else if (child.name === 'group') {
        const dimension = this.#dimension(child.attributes.dimensionType ?? 'groupSizeEncoding');
        groups.push({ ...this.#block(child), dimension });
      } else if (child.name === 'data') {
        texts.push(this.#varData(child));
      } else {
        throw this.#fault('element', child.name);
      }
    }
    const { attributes } = element;
    return {
      name: this.#text(element, 'name'),
      id: this.#number(element, 'id'),
      blockLength: attributes.blockLength === undefined ? end : this.#number(element, 'blockLength'),
      sinceVersion: this.#since(element),
      fields,
      groups,
      texts,
    };
  }

  #field(element: XmlElement, end: number): SbeField {
    const { attributes } = element;
    const declared = this.#encoding(this.#text(element, 'type'));
    return {
      name: this.#text(element, 'name'),
      id: this.#number(element, 'id'),
      offset: attributes.offset === undefined ? end : this.#number(element, 'offset'),
      encoding: attributes.presence === 'constant' ? this.#constantField(element, declared) : declared,
      sinceVersion: this.#since(element),
    };
  }

  /** A constant that stands at the field: its own text, or the word of an enum by `valueRef`. */
  #constantField(element: XmlElement, encoding: SbeEncoding): SbeEncoding {
    if (encoding.kind === 'scalar' && encoding.constant !== null) return encoding;
    const { valueRef } = element.attributes;
    const constant =
      valueRef === undefined ? element.text : this.#enumValue(valueRef, element.attributes.type!);
    if (encoding.kind === 'composite' || encoding.kind === 'set' || constant === '') {
      throw this.#fault('constant', element.attributes.name ?? '');
    }
    const scalar = encoding.kind === 'enum' ? encoding.scalar : encoding;
    return { ...scalar, length: 0, constant };
  }

  #enumValue(valueRef: string, fallbackType: string): string {
    const [type, word] = valueRef.includes('.') ? valueRef.split('.') : [fallbackType, valueRef];
    const value = this.#types.get(type!)?.children.find(({ attributes }) => attributes.name === word);
    if (value === undefined) throw this.#fault('valueRef', valueRef);
    return value.text;
  }

  #encoding(name: string): SbeEncoding {
    const known = this.#encodings.get(name);
    if (known !== undefined) return known;
    const type = this.#types.get(name);
    if (this.#reading.has(name) || (type === undefined && !(name in SBE_BYTES)))
      throw this.#fault('type', name);
    this.#reading.add(name);
    const made = type === undefined ? plain(name as SbePrimitive) : this.#ofType(type);
    this.#reading.delete(name);
    this.#encodings.set(name, made);
    return made;
  }

  #ofType(type: XmlElement): SbeEncoding {
    switch (type.name) {
      case 'type':
        return this.#scalar(type);
      case 'enum':
        return this.#enum(type);
      case 'set':
        return this.#set(type);
      case 'composite':
        return this.#composite(type);
      case 'ref':
        return this.#encoding(this.#text(type, 'type'));
      default:
        throw this.#fault('element', type.name);
    }
  }

  #scalar(type: XmlElement): SbeScalar {
    const { presence, length, nullValue } = type.attributes;
    const primitive = this.#primitive(this.#text(type, 'primitiveType'));
    if (presence === 'constant') {
      return { kind: 'scalar', primitive, length: 0, nullValue: null, constant: type.text };
    }
    return {
      kind: 'scalar',
      primitive,
      length: length === undefined ? 1 : this.#number(type, 'length'),
      nullValue: presence === 'optional' ? this.#nullValue(nullValue, primitive) : null,
      constant: null,
    };
  }

  #nullValue(written: string | undefined, primitive: SbePrimitive): bigint {
    if (written === undefined) return SBE_NULLS[primitive];
    if (/^-?\d+$/.test(written)) return BigInt(written);
    if (primitive === 'char' && written.length === 1) return BigInt(written.charCodeAt(0));
    throw this.#fault('nullValue', written);
  }

  #enum(type: XmlElement): SbeEnum {
    const scalar = this.#scalarNamed(this.#text(type, 'encodingType'));
    const isLetter = scalar.primitive === 'char';
    const words = new Map<number | string, string>();
    for (const value of type.children.filter(({ name }) => name === 'validValue')) {
      words.set(isLetter ? value.text : Number(value.text), this.#text(value, 'name'));
    }
    // A value beyond its words may stand for none even where the type is not called optional.
    return {
      kind: 'enum',
      scalar: { ...scalar, nullValue: scalar.nullValue ?? SBE_NULLS[scalar.primitive] },
      words,
    };
  }

  #set(type: XmlElement): SbeSet {
    const bits = new Map<number, string>();
    for (const choice of type.children.filter(({ name }) => name === 'choice')) {
      bits.set(Number(choice.text), this.#text(choice, 'name'));
    }
    return { kind: 'set', scalar: this.#scalarNamed(this.#text(type, 'encodingType')), bits };
  }

  #composite(type: XmlElement): SbeComposite {
    let end = 0;
    const members = type.children.map((child) => {
      const encoding = this.#ofType(child);
      const offset = child.attributes.offset === undefined ? end : this.#number(child, 'offset');
      end = offset + encodedBytes(encoding);
      return { name: this.#text(child, 'name'), offset, encoding };
    });
    return { kind: 'composite', members };
  }

  #dimension(name: string): SbeDimension {
    const composite = this.#encoding(name);
    const place = (member: string): SbeDimension['entries'] => {
      const found =
        composite.kind === 'composite' ? composite.members.find((one) => one.name === member) : undefined;
      if (found?.encoding.kind !== 'scalar') throw this.#fault('dimensionType', `${name}.${member}`);
      return { offset: found.offset, primitive: found.encoding.primitive };
    };
    const blockLength = place('blockLength');
    return { bytes: encodedBytes(composite), blockLength, entries: place('numInGroup') };
  }

  #varData(element: XmlElement): SbeText {
    const type = this.#encoding(this.#text(element, 'type'));
    const length = type.kind === 'composite' ? type.members.find(({ name }) => name === 'length') : undefined;
    if (length?.encoding.kind !== 'scalar') throw this.#fault('data', this.#text(element, 'name'));
    return {
      name: this.#text(element, 'name'),
      id: this.#number(element, 'id'),
      length: length.encoding.primitive,
      sinceVersion: this.#since(element),
    };
  }

  #scalarNamed(name: string): SbeScalar {
    const encoding = this.#encoding(name);
    if (encoding.kind !== 'scalar') throw this.#fault('encodingType', name);
    return encoding;
  }

  #primitive(name: string): SbePrimitive {
    if (!(name in SBE_BYTES)) throw this.#fault('primitiveType', name);
    return name as SbePrimitive;
  }

  #since(element: XmlElement): number {
    return element.attributes.sinceVersion === undefined ? 0 : this.#number(element, 'sinceVersion');
  }

  #text(element: XmlElement, attribute: string): string {
    const value = element.attributes[attribute];
    if (value === undefined) throw this.#fault(`${element.name}.${attribute}`, 'missing');
    return value;
  }

  #number(element: XmlElement, attribute: string): number {
    const value = Number(this.#text(element, attribute));
    if (!Number.isSafeInteger(value) || value < 0) throw this.#fault(`${element.name}.${attribute}`, value);
    return value;
  }

  #fault(what: string, found: string | number): TwinError {
    return new TwinError('DATA_FORMAT', 'an SBE schema declares what it uses', {
      source: this.#source,
      what,
      found,
    });
  }
}

function plain(primitive: SbePrimitive): SbeScalar {
  return { kind: 'scalar', primitive, length: 1, nullValue: null, constant: null };
}
