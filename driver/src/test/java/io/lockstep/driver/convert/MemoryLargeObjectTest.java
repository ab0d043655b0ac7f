package io.lockstep.driver.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.io.Writer;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class MemoryLargeObjectTest {
    @Test
    void aBlobIsWrittenGrownSearchedAndCut() throws Exception {
        MemoryBlob blob = new MemoryBlob();
        assertThat(blob.setBytes(1, new byte[] {1, 2, 3})).isEqualTo(3);
        assertThat(blob.setBytes(3, new byte[] {9, 4, 5})).isEqualTo(3);
        assertThat(blob.getBytes(1, 10)).containsExactly(1, 2, 9, 4, 5);
        assertThat(blob.position(new byte[] {9, 4}, 1)).isEqualTo(3);
        assertThat(blob.position(new byte[] {9, 4}, 4)).isEqualTo(-1);
        assertThat(blob.getBinaryStream(2, 2)).hasBinaryContent(new byte[] {2, 9});
        try (OutputStream out = blob.setBinaryStream(5)) {
            out.write(new byte[] {7, 8});
        }
        assertThat(blob.length()).isEqualTo(6);
        blob.truncate(2);
        assertThat(blob.getBytes(1, 10)).containsExactly(1, 2);
        assertThatThrownBy(() -> blob.getBytes(0, 1)).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> blob.getBytes(4, 1)).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> blob.getBytes(1, -1)).isInstanceOf(SQLException.class);
        blob.free();
        blob.free();
        assertThatThrownBy(blob::length).hasMessageContaining("freed");
    }

    @Test
    void aClobIsWrittenGrownSearchedAndCut() throws Exception {
        MemoryClob clob = new MemoryClob("hello");
        assertThat(clob.setString(5, "p me")).isEqualTo(4);
        assertThat(clob.text()).isEqualTo("hellp me");
        assertThat(clob.setString(1, "xHy", 1, 1)).isEqualTo(1);
        assertThat(clob.getSubString(1, 4)).isEqualTo("Hell");
        assertThat(clob.position("me", 1)).isEqualTo(7);
        try (Writer writer = clob.setCharacterStream(7)) {
            writer.write("you!");
        }
        assertThat(clob.text()).isEqualTo("Hellp you!");
        assertThat(ParameterConversion.text(clob.getCharacterStream(7, 3))).isEqualTo("you");
        clob.truncate(4);
        assertThat(clob.text()).isEqualTo("Hell");
        clob.free();
        assertThatThrownBy(clob::length).hasMessageContaining("freed");
    }
}
