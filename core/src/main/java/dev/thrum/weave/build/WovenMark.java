package dev.thrum.weave.build;

import java.lang.classfile.Attribute;
import java.lang.classfile.AttributeMapper;
import java.lang.classfile.AttributedElement;
import java.lang.classfile.BufWriter;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassReader;
import java.lang.classfile.CustomAttribute;
import java.lang.classfile.attribute.UnknownAttribute;

/** The attribute of classes that were woven before they were loaded: the format of the weave. */
public final class WovenMark extends CustomAttribute<WovenMark> {

    /**
     * What this version makes and understands; {@code WovenBodies.FORMAT} is the same number. It
     * changes when classes that an older version has woven do not run with this one any more, or
     * the other way round.
     */
    public static final int FORMAT = 2;

    static final WovenMark MARK = new WovenMark(FORMAT);

    private static final String NAME = "dev.thrum.Woven";

    private final int format;

    private WovenMark(int format) {
        super(Mapper.MAPPER);
        this.format = format;
    }

    /**
     * Reads the mark of a class.
     *
     * @param model a class file
     * @return the format that it was woven in, 0 if it was not
     */
    public static int formatOf(ClassModel model) {
        for (Attribute<?> attribute : model.attributes()) {
            if (attribute instanceof UnknownAttribute unknown
                    && unknown.attributeName().equalsString(NAME)) {
                byte[] contents = unknown.contents();
                return contents.length == 2
                        ? (contents[0] & 0xFF) << 8 | (contents[1] & 0xFF)
                        : 0xFFFF;
            }
        }
        return 0;
    }

    private static final class Mapper implements AttributeMapper<WovenMark> {
        static final Mapper MAPPER = new Mapper();

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public WovenMark readAttribute(AttributedElement of, ClassReader reader, int position) {
            return new WovenMark(reader.readU2(position));
        }

        @Override
        public void writeAttribute(BufWriter out, WovenMark mark) {
            out.writeIndex(out.constantPool().utf8Entry(NAME));
            out.writeInt(2);
            out.writeU2(mark.format);
        }

        @Override
        public AttributeStability stability() {
            return AttributeStability.STATELESS;
        }
    }
}
